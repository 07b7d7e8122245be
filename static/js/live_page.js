/* A page that lies open shows what others did: what it shows already is renewed in place, what is new waits for a tap. */

import { keepAct } from "./draft.js";
import { dropNotice, showNotice } from "./live_notice.js";
import { morph, withoutJump } from "./morph.js";

const user = document.body.dataset.user;
const root = document.querySelector("[data-live-page]");
const isFile = root?.dataset.livePage === "file";

// The first word of a change is followed at once, more of them together; seldom where the site is slow to answer.
const AT_ONCE = 60;
const PAUSE = isFile ? 1_500 : 3_000;
const REST = 10;

let timer = 0;
let dueAt = Infinity;
let restUntil = 0;
let isReading = false;
let isOwed = false;
let isOut = false;

function renewWithin(milliseconds) {
  if (!root || isOut) {
    return;
  }
  const at = Math.max(Date.now() + AT_ONCE + Math.random() * milliseconds, restUntil);
  if (at < dueAt) {
    window.clearTimeout(timer);
    dueAt = at;
    timer = window.setTimeout(renew, at - Date.now());
  }
}

async function renew() {
  dueAt = Infinity;
  if (document.hidden || isReading || root.querySelector("form[data-sent]")) {
    isOwed = true;
    return;
  }
  isOwed = false;
  isReading = true;
  const begunAt = Date.now();
  try {
    const fresh = await read();
    restUntil = Date.now() + Math.max(PAUSE, REST * (Date.now() - begunAt));
    if (fresh) {
      (isFile ? renewFile : renewList)(fresh);
    }
  } catch {
    // no line: it comes again with the line
  } finally {
    isReading = false;
    if (isOwed && !document.hidden) {
      renewWithin(0);
    }
  }
}

async function read() {
  const address = root.dataset.liveUrl || window.location.pathname + window.location.search;
  const answer = await fetch(address, { headers: { Accept: "text/html", "X-Background": "1" }, cache: "no-store" });
  if (isFile && answer.status === 404) {
    isOut = true;
    showNotice("page", { words: "这条隐患已经转走，不再由您查看。页面上是转走以前的情况。", href: "/", label: "回工作台" });
  }
  if (!answer.ok) {
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(`[data-live-page="${root.dataset.livePage}"]`);
}

// --- the file of one hazard -------------------------------------------------------------------------------------

const isTyped = (control) => {
  if (!control.matches("input:not([type=hidden]), select, textarea") || control.disabled) {
    return false;
  }
  if (control.localName === "select") {
    const given = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(given, 0);
  }
  return ["checkbox", "radio"].includes(control.type)
    ? control.checked !== control.defaultChecked
    : control.value !== (control.defaultValue ?? "");
};

const isInUse = (form) =>
  form.contains(document.activeElement) ||
  form.querySelector("[data-photo], .bh-error") !== null ||
  [...form.elements].some(isTyped);

// An act that was refused: what was typed came back with the page, and what is said of it stays.
const refusal = () => root.querySelector(".bh-note-strong[data-focus]");

function formsInUse() {
  const forms = [...root.querySelectorAll("form[method=post]")];
  const used = refusal() ? forms : forms.filter(isInUse);
  const isTypedIn = (form) => [...form.elements].some(isTyped);
  return [...used.filter(isTypedIn), ...used.filter((form) => !isTypedIn(form))];
}

function renewFile(fresh) {
  const before = Number(root.dataset.seq);
  const held = formsInUse();
  const kept = [...held, refusal()].filter(Boolean);
  const isHeld = (element) => kept.some((one) => element.contains(one));
  withoutJump(() => morph(root, fresh, { isHeld }));
  swapped();
  if (Number(fresh.dataset.seq) > before) {
    tellAct(fresh, held);
  }
}

function tellAct(fresh, held) {
  const said = fresh.dataset.said.trim();
  if (!held.length) {
    showNotice("page", { words: said, more: "本页已更新。", href: "#timeline", label: "看时间线" });
    return;
  }
  const form = held[0];
  const goOn = () => {
    if ("keep" in form.dataset) {
      keepAct(user, form);
    }
    window.location.assign(root.dataset.liveUrl);
  };
  const isStillThere = fresh.querySelector(`#${CSS.escape(form.id)}`) !== null;
  const means = isStillThere
    ? "您正在填的内容还在，但它是按旧情况填的，直接提交会被退回。"
    : `现在是“${fresh.dataset.state}”，您正在填的这一项已经不能办，提交会被退回。内容还在，需要的请先复制。`;
  showNotice("page", {
    words: said,
    more: means,
    controls: [{ label: isStillThere && "keep" in form.dataset ? "看最新，接着填" : "看最新情况", run: goOn, primary: true }],
  });
}

// --- lists, desk, boards ----------------------------------------------------------------------------------------

let latest = null;

// The same hazard may stand in several lists, and twice on the desk.
function rowsOf(place) {
  const rows = new Map();
  const seen = new Map();
  for (const row of place.querySelectorAll("li[data-live], tr[data-live]")) {
    // What htmx keeps by itself is no row of this list.
    if (row.closest("[hx-get]")) {
      continue;
    }
    const name = `${row.closest("section")?.getAttribute("aria-labelledby")} ${row.localName} ${row.dataset.live}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    rows.set(`${name} ${seen.get(name)}`, row);
  }
  return rows;
}

const count = (rows) => new Set(rows.map((row) => row.dataset.live)).size;

function renewList(fresh) {
  latest = fresh;
  const old = rowsOf(root);
  const now = rowsOf(fresh);
  const gone = [];
  withoutJump(() => {
    for (const [key, row] of old) {
      if (now.has(key)) {
        morph(row, now.get(key), { asWhole: false });
      } else {
        gone.push(row);
        markGone(row);
      }
    }
    for (const part of root.querySelectorAll("[data-part]")) {
      const same = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (same) {
        morph(part, same, { asWhole: false });
      }
    }
  });
  swapped();
  offer(count([...now].filter(([key]) => !old.has(key)).map(([, row]) => row)), count(gone));
}

function markGone(row) {
  if (!row.querySelector("[data-gone]")) {
    const badge = Object.assign(document.createElement("span"), { className: "bh-badge bh-badge-line", textContent: "已不在此列" });
    badge.dataset.gone = "";
    row.classList.add("is-gone");
    (row.querySelector(".bh-row-end, td:last-child") ?? row).append(badge);
  }
}

function offer(nNew, nGone) {
  if (!nNew && !nGone) {
    dropNotice("page");
    return;
  }
  const words = [nNew && `有 ${nNew} 条新的`, nGone && `${nGone} 条已不在此列`].filter(Boolean).join("，");
  showNotice("page", { words, label: "点此显示", run: showLatest });
}

function showLatest() {
  const known = new Set(rowsOf(root).keys());
  withoutJump(() => morph(root, latest, { asWhole: false }));
  swapped();
  const fresh = [...rowsOf(root)].filter(([key]) => !known.has(key)).map(([, row]) => row);
  fresh.forEach((row) => row.classList.add("is-new"));
  fresh.find((row) => row.offsetParent !== null)?.scrollIntoView({ block: "nearest" });
}

// --- what comes from the line -----------------------------------------------------------------------------------

function swapped() {
  root.dispatchEvent(new CustomEvent("bihuan:swapped", { bubbles: true }));
  root.querySelectorAll("[hx-trigger*='bihuan:changed']").forEach((part) => part.dispatchEvent(new CustomEvent("bihuan:changed")));
}

function concerns({ hazards = [], many }) {
  if (!isFile || many) {
    return true;
  }
  const own = root.dataset.live.replace("hazard:", "");
  // One that is filed has another number from then on.
  return hazards.some(([number, seq]) => (number === own ? seq > Number(root.dataset.seq) : own.startsWith("S")));
}

document.body.addEventListener("bihuan:live", ({ detail }) => {
  if (root && concerns(detail)) {
    renewWithin(detail.many ? PAUSE : 0);
  }
});
document.body.addEventListener("bihuan:inbox", () => root?.querySelector("[data-live-inbox]") && renewWithin(0));
document.body.addEventListener("bihuan:missed", ({ detail }) => renewWithin(detail.within));
document.addEventListener("visibilitychange", () => isOwed && renewWithin(0));

document.body.addEventListener("bihuan:ended", ({ detail }) => {
  const back = encodeURIComponent(root?.dataset.liveUrl || window.location.pathname + window.location.search);
  showNotice("session", {
    words: "登录已失效：可能在别处退出了，或者太久没有操作。",
    more: "页面不再更新，填写的内容还在。",
    href: `${detail.login}?next=${back}`,
    label: "重新登录",
    stays: true,
  });
});
document.body.addEventListener("bihuan:online", () => dropNotice("session"));

// What a page asks for by itself is no use of it by its reader: neither an opening, nor a sign that he is there.
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.triggeringEvent?.type.startsWith("bihuan:")) {
    detail.headers["X-Background"] = "1";
  }
});
