/* Makes a part of the page what the server says now, touching only what differs: focus, folds, ticks and pictures stay. */

// What scripts set for themselves, and the reader's own folds.
const keepsOwn = (element, name) =>
  (name === "open" && element.localName === "details") ||
  (name === "hidden" && element.matches("[data-tick-all], [data-print], [data-copy]")) ||
  name === "data-seen";

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset?.key || node.dataset?.live || "" : "");

function isAlike(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    return false;
  }
  return keyOf(old) === keyOf(fresh) && (!old.classList || keyOf(old) !== "" || old.classList[0] === fresh.classList[0]);
}

function syncAttributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!keepsOwn(old, name) && old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  for (const { name } of [...old.attributes]) {
    if (!keepsOwn(old, name) && !fresh.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
}

// A form is new or old, never a mixture: its version and key belong to what it asks.
const isWhole = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches("form, section") && holdsForm(node);
const holdsForm = (node) => node.matches("form[method=post]") || node.querySelector("form[method=post]") !== null;

const foldName = (fold) => fold.querySelector("summary")?.textContent.trim();

function replace(old, fresh) {
  const made = document.importNode(fresh, true);
  const open = new Map([...old.querySelectorAll("details")].map((fold) => [foldName(fold), fold.open]));
  made.querySelectorAll("details").forEach((fold) => {
    fold.open = open.get(foldName(fold)) ?? fold.open;
  });
  old.replaceWith(made);
  made.dispatchEvent(new CustomEvent("bihuan:renewed", { bubbles: true }));
}

/* `isHeld(element)`: the reader is at work in it, so it stays as it is. `asWhole`: forms are exchanged, not patched. */
export function morph(old, fresh, { isHeld = () => false, asWhole = true } = {}) {
  const choice = { isHeld, asWhole };
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) {
      old.nodeValue = fresh.nodeValue;
    }
    return;
  }
  if (asWhole && (isWhole(old) || isWhole(fresh))) {
    if (!isHeld(old)) {
      replace(old, fresh);
    }
    return;
  }
  syncAttributes(old, fresh);
  if (!old.hasAttribute("hx-get")) {
    morphChildren(old, fresh, choice);
  }
}

function morphChildren(old, fresh, choice) {
  let at = old.firstChild;
  const drop = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE || !choice.isHeld(node)) {
      node.remove();
    }
  };
  for (const node of [...fresh.childNodes]) {
    const match = findFrom(at, node);
    if (!match && staysElsewhere(old, node, choice)) {
      continue;
    }
    if (!match) {
      old.insertBefore(document.importNode(node, true), at);
      continue;
    }
    while (at !== match) {
      const next = at.nextSibling;
      drop(at);
      at = next;
    }
    at = match.nextSibling;
    morph(match, node, choice);
  }
  while (at) {
    const next = at.nextSibling;
    drop(at);
    at = next;
  }
}

// It would come to stand somewhere else, but the reader is at work in it.
function staysElsewhere(old, node, { isHeld }) {
  const key = keyOf(node);
  return key !== "" && [...old.children].some((one) => keyOf(one) === key && isHeld(one));
}

// Without a name of its own only the very next can be meant; with one, also one further on.
function findFrom(at, node) {
  for (let one = at; one; one = one.nextSibling) {
    if (isAlike(one, node)) {
      return one;
    }
    if (!keyOf(node) && keyOf(one)) {
      return null;
    }
  }
  return null;
}

// Where the reader's finger or mouse was last; what is there is what he looks at.
const looked = { x: -1, y: -1 };
for (const name of ["pointerdown", "pointermove"]) {
  document.addEventListener(name, ({ clientX, clientY }) => Object.assign(looked, { x: clientX, y: clientY }), { passive: true });
}

function elementsInView() {
  const found = looked.x < 0 ? [] : document.elementsFromPoint(looked.x, looked.y);
  const middle = document.elementsFromPoint(window.innerWidth / 2, window.innerHeight / 3);
  return [...found, ...middle].filter((one) => one.closest("main") && !one.matches("main, [data-live-page]"));
}

/* Does something to the page under the reader's eyes: what he looks at stays where it is. */
export function withoutJump(change) {
  const focused = document.activeElement;
  const seen = elementsInView();
  const tops = seen.map((one) => one.getBoundingClientRect().top);
  // The browser's own way of holding the page goes by another element.
  document.documentElement.classList.add("bh-still");
  change();
  const i = seen.findIndex((one) => one.isConnected);
  if (i >= 0 && window.scrollY > 0) {
    const moved = seen[i].getBoundingClientRect().top - tops[i];
    if (Math.abs(moved) > 1) {
      window.scrollBy(0, moved);
    }
  }
  window.requestAnimationFrame(() => {
    window.requestAnimationFrame(() => document.documentElement.classList.remove("bh-still"));
  });
  if (focused && !focused.isConnected) {
    document.getElementById("main")?.focus({ preventScroll: true });
  }
}
