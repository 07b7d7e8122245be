/* What is being written stays on the device, apart for each user; never where a matter is restricted. */

const PREFIX = "bihuan.draft";
const SKIP = new Set(["csrfmiddlewaretoken", "mode"]);

function store() {
  try {
    return window.localStorage;
  } catch {
    return null; // the browser keeps nothing
  }
}

export function draftKey(user, form) {
  return `${PREFIX}.${user}.${form.dataset.draft}`;
}

export function clearDrafts(user) {
  const kept = store();
  if (!kept) {
    return;
  }
  Object.keys(kept)
    .filter((key) => key.startsWith(`${PREFIX}.${user}.`))
    .forEach((key) => kept.removeItem(key));
}

export function saveDraft(user, form) {
  const entries = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIP.has(name));
  try {
    store()?.setItem(draftKey(user, form), JSON.stringify(entries));
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
