/* How far the reader's messages go and how many are unread: one number in all his tabs. */

import { showNotice } from "./live_notice.js";

const user = document.body.dataset.user;
const KEY = `bh-live-${user}`;
// A matter of this urgency is told at once; all else waits in 消息.
const TOLD_FROM = 2;
const MOST = 99;

let isLeaving = false;

function readKept() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? "null");
    return Number.isInteger(kept?.no) ? kept : null;
  } catch {
    return null; // the browser keeps nothing
  }
}

function keep(more) {
  if (isLeaving) {
    return;
  }
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ ...readKept(), ...more }));
  } catch {
    // full, or forbidden: this page knows by itself
  }
}

const badges = document.querySelectorAll("[data-unread]");
const label = (n) => (n > MOST ? `${MOST}+` : String(n));
const readBadge = (badge) => (Number.parseInt(badge.textContent, 10) || 0) + (badge.textContent.includes("+") ? 1 : 0);

// What the page itself shows; one without a badge goes by what was heard last.
const now = badges.length
  ? { no: Number(badges[0].dataset.no), unread: readBadge(badges[0]) }
  : (readKept() ?? { no: 0, unread: -1 });
let hasSocket = false;

export const lastNo = () => now.no;

export function loseSocket() {
  hasSocket = false;
}

export function forgetCount() {
  now.no = 0;
  keep({ no: 0, told: undefined });
}

function drawBadges() {
  for (const badge of badges) {
    badge.querySelector("[data-n]").textContent = label(now.unread);
    badge.hidden = now.unread === 0;
  }
}

/* `from`: "socket", "poll", or "tab", which tells what another tab heard and counts only where this one hears nothing. */
export function takeCount({ no, unread }, from) {
  if (from === "tab" && hasSocket) {
    return;
  }
  hasSocket = from === "socket";
  const isNews = no !== now.no || label(unread) !== label(now.unread);
  Object.assign(now, { no, unread });
  drawBadges();
  if (from !== "tab") {
    keep({ no, unread, told: readKept()?.told ?? no });
  }
  if (isNews) {
    document.body.dispatchEvent(new CustomEvent("bihuan:inbox", { bubbles: true, detail: { no, unread } }));
  }
  tellNew();
}

// In the tab that is looked at, and in one only.
async function tellNew() {
  const told = readKept()?.told;
  if (document.hidden || told === undefined || now.no <= told) {
    return;
  }
  keep({ told: now.no });
  if (document.querySelector("[data-live-inbox]")) {
    return;
  }
  try {
    const answer = await fetch(`/messages/rows/?since=${told}`, { headers: { "X-Background": "1", "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) {
      tellRows(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // 消息 has them
  }
}

function tellRows(page) {
  const rows = [...page.querySelectorAll("[data-urgency]")].filter((row) => Number(row.dataset.urgency) >= TOLD_FROM);
  if (!rows.length) {
    return;
  }
  const link = rows[0].querySelector("a[href]");
  const title = (rows[0].querySelector("[data-title]") ?? link ?? rows[0]).textContent.trim().replace(/\s+/g, " ");
  showNotice("inbox", {
    words: rows.length > 1 ? `${title}，另有 ${rows.length - 1} 条` : title,
    href: rows.length > 1 || !link ? "/messages/" : link.getAttribute("href"),
    label: "查看",
  });
}

document.addEventListener("visibilitychange", tellNew);
// Who logs out leaves nothing on the device.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[action$='/logout/']")) {
    isLeaving = true;
    try {
      window.localStorage.removeItem(KEY);
    } catch {
      // nothing is kept
    }
  }
});
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === KEY && newValue) {
    const { no, unread } = JSON.parse(newValue);
    takeCount({ no, unread }, "tab");
  }
});
