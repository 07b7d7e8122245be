/* What is being written stays on the device, apart for each user; never where a matter is restricted. */

import { restorePhotos } from "./photos.js";

const PREFIX = "bihuan.draft";
const ACT = "bihuan.act";
const SKIP = new Set(["csrfmiddlewaretoken", "mode", "version"]);

function store(name = "localStorage") {
  try {
    return window[name];
  } catch {
    return null; // the browser keeps nothing
  }
}

const typed = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIP.has(name));

export function draftKey(user, form) {
  return `${PREFIX}.${user}.${form.dataset.draft}`;
}

export function clearDrafts(user) {
  store("sessionStorage")?.removeItem(ACT);
  const kept = store();
  if (!kept) {
    return;
  }
  Object.keys(kept)
    .filter((key) => key.startsWith(`${PREFIX}.${user}.`))
    .forEach((key) => kept.removeItem(key));
}

export function saveDraft(user, form) {
  try {
    store()?.setItem(draftKey(user, form), JSON.stringify(typed(form)));
  } catch {
    // full: the page works without a draft
  }
}

export function readDraft(user, form) {
  try {
    return JSON.parse(store()?.getItem(draftKey(user, form)) ?? "null");
  } catch {
    return null;
  }
}

export function refill(form, entries) {
  const photos = new Map();
  entries.forEach(([name, value]) => {
    const box = form.querySelector(`[data-upload][data-name="${name}"]`);
    if (box) {
      photos.set(box, [...(photos.get(box) ?? []), value]);
    } else {
      fill(form, name, value);
    }
  });
  photos.forEach((ids, box) => restorePhotos(box, ids));
}

function fill(form, name, value) {
  const controls = [...form.querySelectorAll(`[name="${name}"]`)];
  const tapped = controls.find((control) => ["radio", "checkbox"].includes(control.type));
  if (tapped) {
    const wanted = controls.find((control) => control.type === "checkbox" || control.value === value);
    if (wanted) {
      wanted.checked = true;
    }
  } else if (controls.length) {
    controls[0].value = value;
  }
}

// What is sent for an act stays in this tab until its answer has come: a session may have ended meanwhile.
export function keepAct(user, form) {
  // The page that comes back has a key of its own; a report's draft keeps its key, so that it can't become two.
  const entries = typed(form).filter(([name]) => name !== "key");
  try {
    store("sessionStorage")?.setItem(ACT, JSON.stringify({ user, id: form.id, url: form.action, entries }));
  } catch {
    // full: the act goes without
  }
}

export function takeAct(user) {
  const kept = JSON.parse(store("sessionStorage")?.getItem(ACT) ?? "null");
  store("sessionStorage")?.removeItem(ACT);
  return kept?.user === user ? kept : null;
}
