/* Photos go up as soon as they are taken, one after another, and are tried again when the line fails. */

const TRIES = 4;
const WAITS = [1000, 3000, 8000];
const queue = [];
let isBusy = false;

function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

function send(url, file, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => resolve({ status: request.status, body: request.response }));
    request.addEventListener("error", () => resolve({ status: 0, body: null }));
    request.addEventListener("abort", () => resolve({ status: 0, body: null }));
    request.send(body);
  });
}

const isWorthRetrying = (status) => status === 0 || status >= 500 || status === 409;
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function sendWithPatience(job) {
  for (let attempt = 0; ; attempt += 1) {
    job.say(attempt ? `第 ${attempt + 1} 次上传` : "正在上传");
    const answer = await send(job.url, job.file, job.progress);
    if (!isWorthRetrying(answer.status) || attempt + 1 >= TRIES) {
      return answer;
    }
    job.say("网络不稳，稍后自动重试");
    await wait(WAITS[attempt]);
  }
}

async function work() {
  if (isBusy) {
    return;
  }
  isBusy = true;
  while (queue.length) {
    const job = queue[0];
    if (!job.isCanceled) {
      const answer = await sendWithPatience(job);
      job.finish(answer);
    }
    queue.shift();
    announce();
  }
  isBusy = false;
}

const waiting = () => queue.filter((job) => !job.isCanceled).length;

function announce() {
  const n = waiting();
  document.querySelectorAll("[data-upload-status]").forEach((line) => {
    const left = n ? `还有 ${n} 张在上传，可以先填别的` : "";
    line.textContent = [line.closest("[data-upload]").dataset.note, left].filter(Boolean).join("；");
  });
  document.dispatchEvent(new CustomEvent("uploads:changed", { detail: { n } }));
}

function element(tag, props = {}, className = "") {
  const node = Object.assign(document.createElement(tag), props);
  node.className = className;
  return node;
}

function makeTile(box, file) {
  const tile = element("li", {}, "bh-photo");
  const picture = element("img", { alt: "" });
  const bar = element("progress", { max: 100, value: 0 });
  const text = element("span", { textContent: "等待上传" }, "bh-photo-text");
  const button = element("button", { type: "button", textContent: "移除" });
  button.dataset.remove = "";
  tile.dataset.photo = "";
  if (file.type.startsWith("image/")) {
    picture.src = URL.createObjectURL(file);
    tile.append(picture);
  }
  tile.append(bar, text, button);
  box.querySelector("[data-photos]").append(tile);
  return { tile, bar, text, button };
}

function addHidden(tile, name, id) {
  tile.append(element("input", { type: "hidden", name, value: id }));
}

function makeJob(box, file) {
  const { tile, bar, text, button } = makeTile(box, file);
  const job = {
    url: box.dataset.upload,
    file,
    tile,
    isCanceled: false,
    say: (words) => {
      text.textContent = words;
    },
    progress: (loaded, total) => {
      bar.value = total ? Math.round((100 * loaded) / total) : 0;
    },
    finish: (answer) => {
      if (job.isCanceled) {
        return;
      }
      bar.hidden = true;
      if (answer.status === 201) {
        addHidden(tile, box.dataset.name, answer.body.id);
        const isPhoto = file.type.startsWith("image/");
        job.say(isPhoto && !answer.body.taken ? "已上传 · 无拍摄时间" : "已上传");
        box.dispatchEvent(new CustomEvent("upload:done", { bubbles: true }));
        return;
      }
      tile.classList.add("is-failed");
      job.say(answer.body?.fields?.file?.[0] ?? answer.body?.message ?? "没有传上去，请检查网络");
      if (isWorthRetrying(answer.status)) {
        offerRetry(job, bar, button);
      }
    },
  };
  return job;
}

function offerRetry(job, bar, button) {
  const again = element("button", { type: "button", textContent: "重试" });
  again.addEventListener("click", () => {
    again.remove();
    job.tile.classList.remove("is-failed");
    bar.hidden = false;
    bar.value = 0;
    enqueue(job);
  });
  button.before(again);
}

function enqueue(job) {
  queue.push(job);
  announce();
  work();
}

function take(box, input) {
  const room = Number(box.dataset.max) - box.querySelectorAll("[data-photo]").length;
  const files = [...input.files];
  files.slice(0, Math.max(room, 0)).forEach((file) => enqueue(makeJob(box, file)));
  input.value = "";
  box.dataset.note = files.length > room ? `一次最多 ${box.dataset.max} 张，多出的没有加入` : "";
  announce();
}

function enhance(box) {
  box.querySelectorAll("input[type=file]").forEach((input) => {
    input.removeAttribute("name"); // the ids are sent instead
    input.addEventListener("change", () => take(box, input));
  });
  box.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-remove]")?.closest("[data-photo]");
    if (!tile) {
      return;
    }
    queue.filter((job) => job.tile === tile).forEach((job) => {
      job.isCanceled = true;
    });
    tile.remove();
    box.dataset.note = "";
    announce();
    box.dispatchEvent(new CustomEvent("upload:done", { bubbles: true }));
  });
  holdSubmit(box.closest("form"));
}

// The form waits for photos that are still on their way, then goes by itself.
function holdSubmit(form) {
  if (form.dataset.holds) {
    return;
  }
  form.dataset.holds = "yes";
  form.addEventListener("submit", (event) => {
    if (!waiting()) {
      return;
    }
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    const words = button.textContent;
    button.classList.add("disabled");
    const onChange = ({ detail }) => {
      button.textContent = detail.n ? `正在上传，还有 ${detail.n} 张` : words;
      if (!detail.n) {
        document.removeEventListener("uploads:changed", onChange);
        button.classList.remove("disabled");
        form.requestSubmit(button);
      }
    };
    document.addEventListener("uploads:changed", onChange);
    onChange({ detail: { n: waiting() } });
  });
}

export function enhanceUploads(root) {
  root.querySelectorAll("[data-upload]").forEach(enhance);
}

export function restorePhotos(box, ids) {
  ids.forEach((id) => {
    const tile = element("li", {}, "bh-photo");
    tile.dataset.photo = "";
    const picture = element("img", { alt: "", src: `${box.dataset.upload}${id}/` });
    picture.addEventListener("error", () => tile.remove()); // used or cleaned meanwhile
    const button = element("button", { type: "button", textContent: "移除" });
    button.dataset.remove = "";
    tile.append(picture, element("span", { textContent: "已上传" }, "bh-photo-text"), button);
    addHidden(tile, box.dataset.name, id);
    box.querySelector("[data-photos]").append(tile);
  });
}
