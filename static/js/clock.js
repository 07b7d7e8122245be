/* Countdowns go on by themselves: the server has told what each shows from which moment on (data-changes). */

const main = document.getElementById("main");
const served = Date.parse(main?.dataset.at ?? "");
// A phone whose clock is wrong shows what the server would.
const ahead = Number.isNaN(served) ? 0 : Date.now() - served;
const LONGEST_WAIT = 60_000;

function readChanges(element) {
  try {
    return JSON.parse(element.dataset.changes).map(([moment, words, tone, warning]) => ({
      at: Date.parse(moment),
      words,
      tone,
      warning,
    }));
  } catch {
    return [];
  }
}

const clocks = [];

function adopt(root) {
  for (const element of root.querySelectorAll("[data-changes]")) {
    const known = clocks.find((clock) => clock.element === element);
    if (!known) {
      clocks.push({ element, changes: readChanges(element) });
    } else {
      // What came may have been written a moment before the last change: all of them are gone through again.
      known.changes = readChanges(element);
    }
  }
}

function setTone(element, tone) {
  element.className = element.className.replace(/\bbh-time-\w+/, `bh-time-${tone}`);
}

function show(element, { words, tone, warning }) {
  element.querySelector("[data-words]").textContent = words;
  const label = element.querySelector("[data-warning]");
  label.textContent = warning;
  label.hidden = !warning;
  setTone(element, tone);
  const block = element.closest("[data-tone]");
  if (block) {
    setTone(block, tone);
    const said = document.querySelector("[data-clock-said]");
    const sentence = [words, warning].filter(Boolean).join("，");
    if (said && said.textContent !== sentence) {
      said.textContent = sentence;
    }
  }
}

function goOn() {
  const now = Date.now() - ahead;
  let next = Infinity;
  for (const clock of clocks) {
    let due = null;
    while (clock.changes.length && clock.changes[0].at <= now) {
      due = clock.changes.shift();
    }
    if (due) {
      show(clock.element, due);
    }
    next = Math.min(next, clock.changes[0]?.at ?? Infinity);
  }
  return next - now;
}

let timer = 0;

function tick() {
  window.clearTimeout(timer);
  const wait = goOn();
  if (wait !== Infinity) {
    timer = window.setTimeout(tick, Math.min(wait, LONGEST_WAIT));
  }
}

adopt(document);
tick();
// A phone that slept, a page that was gone back to, a part of a page that came later.
document.addEventListener("visibilitychange", tick);
window.addEventListener("pageshow", tick);
for (const name of ["htmx:load", "bihuan:swapped"]) {
  document.addEventListener(name, (event) => {
    adopt(event.target);
    tick();
  });
}
