/* Small things on every page: one submit per form, a question before rare acts, messages, copy, print, drafts. */

import { clearDrafts, keepAct, refill, takeAct } from "./draft.js";
import { enhanceUploads } from "./photos.js";

const user = document.body.dataset.user;

function ask(text) {
  const dialog = document.getElementById("dialog");
  if (typeof dialog.showModal !== "function") {
    return Promise.resolve(window.confirm(text));
  }
  dialog.querySelector("#dialog-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// A second tap does nothing; going back to the page makes the button work again.
function submitOnce(form) {
  const button = form.querySelector("[type=submit]");
  form.dataset.sent = "yes";
  button.setAttribute("aria-disabled", "true");
  button.classList.add("disabled");
}

function release(form) {
  delete form.dataset.sent;
  form.querySelector("[type=submit]")?.classList.remove("disabled");
  form.querySelector("[type=submit]")?.removeAttribute("aria-disabled");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("form[action$='/logout/']")) {
    clearDrafts(user);
  }
  if (!form.matches("[data-once]") || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    if (await ask(form.dataset.confirm)) {
      form.dataset.confirmed = "yes";
      form.requestSubmit();
    }
    return;
  }
  if ("keep" in form.dataset) {
    keepAct(user, form);
  }
  submitOnce(form);
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(release));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-dismiss], [data-copy], [data-print]");
  if (!button) {
    return;
  }
  if ("dismiss" in button.dataset) {
    button.closest(".bh-toast").remove();
  } else if ("print" in button.dataset) {
    window.print();
  } else {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.querySelector("span, svg + *")?.remove();
    button.append(" ✓");
  }
});

// An anchor to a field inside a closed fold opens the fold.
function openFoldsAround(target) {
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.hash.length > 1) {
    openFoldsAround(document.getElementById(link.hash.slice(1)));
  }
});

function enhance(root) {
  root.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
  });
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
  });
  enhanceUploads(root);
}

enhance(document);
// A part of the page that came anew.
document.addEventListener("bihuan:renewed", (event) => enhance(event.target));
if (window.matchMedia("(min-width: 992px)").matches) {
  document.querySelectorAll("[data-open-wide]").forEach((fold) => {
    fold.open = true;
  });
}
if (document.querySelector("[data-clear-draft]")) {
  clearDrafts(user);
}

// An act that a login came between: its form is as it was sent. Any answer to it, good or bad, comes with words of its own.
function resume() {
  const kept = takeAct(user);
  const form = kept && document.getElementById(kept.id);
  if (form && form.action === kept.url && !document.querySelector(".bh-toast, [data-focus]")) {
    refill(form, kept.entries);
    openFoldsAround(form);
    form.scrollIntoView();
  }
}

if (user) {
  resume();
}
document.querySelector("[data-focus]")?.focus();
