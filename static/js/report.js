/* The report page: draft on the device, tapped places, and the way to the stop page. */

import { clearDrafts, readDraft, refill, saveDraft } from "./draft.js";

const form = document.getElementById("report-form");
const user = document.body.dataset.user;
const isAnswer = Boolean(form?.querySelector(".bh-errors"));

function restore() {
  const entries = readDraft(user, form);
  if (!entries) {
    return;
  }
  refill(form, entries);
  say("这是上次没有报完的草稿，只存在本机。");
}

function say(words) {
  const line = form.querySelector("[data-draft-status]");
  line.textContent = words;
  const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "清空重填" });
  drop.className = "btn btn-link";
  drop.addEventListener("click", () => {
    clearDrafts(user);
    window.location.assign(form.action);
  });
  line.append(" ", drop);
}

// A restricted matter leaves the page before a word more is written, and nothing of it is kept.
function stop(link) {
  forget();
  clearDrafts(user);
  const unit = form.elements.unit?.value ?? "";
  form.reset();
  const query = new URLSearchParams(link.search);
  query.set("unit", unit);
  link.search = query;
}

let waiting = 0;

function remember() {
  forget();
  waiting = window.setTimeout(save, 300);
}

function forget() {
  window.clearTimeout(waiting);
  waiting = 0;
}

function save() {
  forget();
  saveDraft(user, form);
}

if (form) {
  if (!isAnswer) {
    restore();
  }
  form.querySelectorAll("[data-restricted]").forEach((link) => {
    link.addEventListener("click", () => stop(link));
  });
  form.addEventListener("change", remember);
  form.addEventListener("input", remember);
  form.addEventListener("upload:done", remember);
  window.addEventListener("pagehide", () => waiting && save());
  form.querySelectorAll("[data-fill]").forEach((row) => {
    row.hidden = false;
    row.addEventListener("click", (event) => {
      const chip = event.target.closest("button");
      if (chip) {
        document.getElementById(row.dataset.fill).value = chip.textContent;
        remember();
      }
    });
  });
}
