/* The line of an open page: one socket that says how many messages are unread and that something moved, never what. */

import { forgetCount, lastNo, loseSocket, takeCount } from "./live_counts.js";
import "./live_page.js";

const body = document.body;
const state = document.querySelector("[data-live-state]");

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
// The site said that this page does what it should not.
const LONG_PAUSE = 300_000;
const REFUSED = new Set([1009, 4400, 4403, 4413, 4429]);
const SESSION_OVER = 4401;
const FUTURE = 4409;
// So many openings without a word: sockets are blocked here. They are still tried now and then.
const MOST_SILENT = 3;
const NOW_AND_THEN = 120_000;
const POLL_EVERY = 30_000;
// A phone's line may be dead without anybody being told.
const SILENCE = 25_000;
const ANSWER_WITHIN = 10_000;
const STEADY = 30_000;
// Further back than these seconds the site does not remember what moved.
const MOST_AGE = 60;
// Back again with a thousand others: what was missed is not asked for by all at once.
const SPREAD = 2_000;

const WORDS = {
  online: ["在线", "有新情况会马上显示"],
  polling: ["在线", "这里的网络不能即时连接，每 30 秒更新一次"],
  waiting: ["重连中", "正在重新连接，暂时看不到别人刚办的"],
  offline: ["离线", "没有连上，看到的可能不是最新情况"],
};

let socket = null;
let heardAt = 0;
let openedAt = 0;
let nFailed = 0;
let nSilent = 0;
let wasEverHeard = false;
let wasAway = false;
let isOver = false;
let isPolling = false;
let opener = 0;
let poller = 0;
// How far this page was told by asking; none while the socket tells.
let mark = "";
let watcher = 0;

let shown = "";

const emit = (name, detail) => body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
// Half of it is chance, so that those who were cut off together do not come back together.
const jittered = (milliseconds) => milliseconds * (0.5 + Math.random() / 2);

function show(name) {
  shown = name;
  document.querySelectorAll("[data-live-state]").forEach((line) => {
    line.dataset.liveState = name;
    line.hidden = false;
    line.title = WORDS[name][1];
    line.querySelector("[data-live-words]").textContent = WORDS[name][0];
  });
}

// What moved since the page was made is still to be told; later breaks are made good by reading it again.
const pageAge = () => (wasEverHeard ? 0 : Math.ceil(performance.now() / 1_000) + 1);

function hide() {
  document.querySelectorAll("[data-live-state]").forEach((line) => {
    line.hidden = true;
  });
}

function connect() {
  window.clearTimeout(opener);
  if (socket || isOver) {
    return;
  }
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  let one;
  try {
    one = new WebSocket(`${scheme}://${window.location.host}/ws/inbox/?since=${lastNo()}&age=${pageAge()}`);
  } catch {
    closed(0);
    return;
  }
  socket = one;
  openedAt = 0;
  watch();
  one.onmessage = ({ data }) => one === socket && hear(JSON.parse(data));
  one.onclose = ({ code }) => one === socket && closed(code);
}

function hear(frame) {
  heardAt = Date.now();
  watch();
  if (!openedAt) {
    openedAt = heardAt;
    wasAway = wasAway || pageAge() > MOST_AGE;
    wasEverHeard = true;
    nSilent = 0;
    stopPolling();
    emit("bihuan:online");
    if (wasAway) {
      wasAway = false;
      emit("bihuan:missed", { within: SPREAD });
    }
  }
  if (shown !== "online") {
    show("online");
  }
  if (frame.t === "inbox") {
    takeCount(frame, "socket");
  } else if (frame.t === "live") {
    emit("bihuan:live", frame);
  }
}

// Asks when nothing was heard for a while; gives the line up when there is no answer.
function watch() {
  window.clearTimeout(watcher);
  const ask = () => {
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send('{"t":"ping"}');
    }
    watcher = window.setTimeout(giveUp, ANSWER_WITHIN);
  };
  watcher = window.setTimeout(ask, openedAt ? SILENCE : ANSWER_WITHIN);
}

function giveUp() {
  const one = socket;
  closed(0);
  one?.close();
}

function closed(code) {
  window.clearTimeout(watcher);
  const wasHeard = openedAt > 0;
  if (wasHeard && Date.now() - openedAt > STEADY) {
    nFailed = 0;
  }
  socket = null;
  openedAt = 0;
  loseSocket();
  wasAway = wasAway || wasHeard || nFailed > 0;
  if (code === SESSION_OVER && !wasEverHeard && !isPolling) {
    // A page of the entrance: who owes a code or a password has no line yet.
    isOver = true;
    hide();
    return;
  }
  if (code === SESSION_OVER) {
    end();
    return;
  }
  if (code === FUTURE) {
    forgetCount();
  }
  nFailed += 1;
  nSilent = wasHeard || code >= 4000 ? 0 : nSilent + 1;
  if (nSilent >= MOST_SILENT) {
    startPolling();
  }
  if (!isPolling) {
    show(navigator.onLine === false ? "offline" : "waiting");
  }
  opener = window.setTimeout(connect, jittered(waitAfter(code)));
}

function waitAfter(code) {
  if (REFUSED.has(code)) {
    return LONG_PAUSE;
  }
  return isPolling ? NOW_AND_THEN : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (nFailed - 1));
}

// Logged out elsewhere, or too long away: said once, and nothing is tried until the reader comes back to the page.
function end() {
  isOver = true;
  stopPolling();
  show("offline");
  emit("bihuan:ended", { login: state.dataset.login });
}

function startPolling() {
  if (!isPolling) {
    isPolling = true;
    poll();
  }
}

function stopPolling() {
  isPolling = false;
  mark = "";
  window.clearTimeout(poller);
}

async function poll() {
  window.clearTimeout(poller);
  if (!document.hidden) {
    await askOnce();
  }
  if (isPolling) {
    poller = window.setTimeout(poll, jittered(POLL_EVERY) + POLL_EVERY / 4);
  }
}

async function askOnce() {
  try {
    const answer = await fetch(`/messages/state/?since=${lastNo()}&live=${mark}`, {
      headers: { Accept: "application/json", "X-Background": "1" },
      redirect: "manual",
    });
    if (answer.status === 401 || answer.status === 403) {
      end();
      return;
    }
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const { no, unread, live } = await answer.json();
    if (!isPolling) {
      return;
    }
    takeCount({ no, unread }, "poll");
    show("polling");
    emit("bihuan:online");
    if (!mark) {
      emit("bihuan:missed", { within: 0 });
    } else if (live.many || live.hazards.length || live.boards.length) {
      emit("bihuan:live", live);
    }
    mark = live.mark;
  } catch {
    show("offline");
  }
}

let wokenAt = 0;

// The line is back, or the page is looked at again: at once, not after the rest of a long wait.
function wake(event) {
  const isBack = event.type === "online";
  if (document.hidden || (!isBack && Date.now() - wokenAt < FIRST_WAIT)) {
    return;
  }
  wokenAt = Date.now();
  if (isPolling) {
    poll();
  }
  if (!socket) {
    isOver = false;
    nFailed = Math.min(nFailed, 1);
    connect();
  } else if ((isBack || Date.now() - heardAt > SILENCE) && socket.readyState === WebSocket.OPEN) {
    socket.send('{"t":"ping"}');
    window.clearTimeout(watcher);
    watcher = window.setTimeout(giveUp, ANSWER_WITHIN);
  }
}

if (state) {
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => show("offline"));
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pageshow", (event) => event.persisted && wake(event));
  window.addEventListener("pagehide", () => {
    // A page that is gone back to comes from the browser's store, which takes none with an open socket.
    const one = socket;
    window.clearTimeout(opener);
    window.clearTimeout(watcher);
    stopPolling();
    socket = null;
    openedAt = 0;
    wasAway = true;
    one?.close();
  });
  connect();
}
