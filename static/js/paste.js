/* 催办文字: copied, or drawn as long pictures that can be read in a phone's group. Nothing leaves the browser. */

const WIDTH = 750;
const EDGE = 40;
const LINE = 1.55;
// Phones draw no canvas of more pixels than this allows; what is longer goes on in a second picture.
const MOST_HEIGHT = 12000;
// Never begin a line.
const CLOSING = "，。；：、！？）】》”’…%";
const KINDS = { title: { size: 36, weight: 700, above: 0 }, unit: { size: 31, weight: 600, above: 22 }, row: { size: 29, weight: 400, above: 6 } };

/* Lines no wider than `width`; numbers and words stay whole where they fit at all. */
export function wrap(text, width, measure) {
  const lines = [];
  let line = "";
  for (const piece of text.match(/[A-Za-z0-9.:-]+|[^]/gu) ?? []) {
    const parts = measure(piece) > width ? [...piece] : [piece];
    for (const part of parts) {
      if (line && measure(line + part) > width && !CLOSING.includes(part)) {
        lines.push(line);
        line = part === " " ? "" : part;
      } else {
        line += part;
      }
    }
  }
  return withoutOrphan([...lines, line], width, measure);
}

/* One or two signs alone on the last line take the phrase before them along. */
function withoutOrphan(lines, width, measure) {
  const last = lines[lines.length - 1];
  const before = lines[lines.length - 2] ?? "";
  const cut = before.lastIndexOf("，") + 1;
  const whole = before.slice(cut) + last;
  if ([...last].length > 2 || cut === 0 || cut === before.length || measure(whole) > width) {
    return lines;
  }
  return [...lines.slice(0, -2), before.slice(0, cut), whole];
}

function kindOf(text, place) {
  if (place === 0) {
    return "title";
  }
  return text.startsWith("■") ? "unit" : "row";
}

/* [[{ words, kind, y }]]: what stands where, a list for each picture, with its height. */
function layOut(text, pen, fonts) {
  const pages = [{ lines: [], height: EDGE }];
  text.split("\n").forEach((paragraph, place) => {
    const kind = kindOf(paragraph, place);
    const { size, above } = KINDS[kind];
    pen.font = fonts[kind];
    wrap(paragraph, WIDTH - 2 * EDGE, (words) => pen.measureText(words).width).forEach((words, n) => {
      let page = pages[pages.length - 1];
      if (page.height + size * LINE + EDGE > MOST_HEIGHT) {
        page = { lines: [], height: EDGE };
        pages.push(page);
      }
      page.height += n ? 0 : above;
      page.lines.push({ words, kind, y: page.height });
      page.height += Math.round(size * LINE);
    });
  });
  return pages;
}

function drawPage(page, fonts, colours) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = page.height + EDGE;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colours.paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = colours.accent;
  pen.fillRect(0, 0, canvas.width, 10);
  pen.textBaseline = "top";
  page.lines.forEach(({ words, kind, y }) => {
    pen.font = fonts[kind];
    pen.fillStyle = kind === "unit" ? colours.accent : colours.ink;
    pen.fillText(words, EDGE, y);
  });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/* PNGs of a text, the device's own fonts. */
export async function draw(text) {
  const style = getComputedStyle(document.body);
  const token = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const colours = { paper: "#ffffff", ink: token("--bh-ink", "#1d2b2d"), accent: token("--bh-accent", "#0f5c63") };
  const fonts = Object.fromEntries(
    Object.entries(KINDS).map(([kind, { size, weight }]) => [kind, `${weight} ${size}px ${style.fontFamily}`]),
  );
  const pen = document.createElement("canvas").getContext("2d");
  return Promise.all(layOut(text, pen, fonts).map((page) => drawPage(page, fonts, colours)));
}

async function copy(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    // No https, or a browser inside an app: the old way, else it stays selected.
    area.focus();
    area.setSelectionRange(0, area.value.length);
    return document.execCommand("copy");
  }
}

function show(box, blobs, fileName) {
  box.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  box.replaceChildren(
    ...blobs.map((blob, n) => {
      const figure = document.createElement("figure");
      figure.className = "bh-paste-picture";
      const image = document.createElement("img");
      image.src = URL.createObjectURL(blob);
      image.alt = box.dataset.alt;
      const save = document.createElement("a");
      save.className = "btn";
      save.href = image.src;
      save.download = blobs.length > 1 ? `${fileName}-${n + 1}.png` : `${fileName}.png`;
      save.textContent = blobs.length > 1 ? `${box.dataset.save} ${n + 1}/${blobs.length}` : box.dataset.save;
      figure.append(save, image);
      return figure;
    }),
  );
}

document.querySelectorAll("[data-paste]").forEach((part) => {
  const area = part.querySelector("[data-paste-text]");
  const said = part.querySelector("[data-paste-said]");
  part.querySelector("[data-paste-acts]").hidden = false;
  part.querySelector("[data-paste-copy]").addEventListener("click", async () => {
    said.textContent = (await copy(area)) ? said.dataset.copied : said.dataset.notCopied;
  });
  part.querySelector("[data-paste-draw]").addEventListener("click", async () => {
    show(part.querySelector("[data-paste-pictures]"), await draw(area.value), part.dataset.file);
    said.textContent = said.dataset.drawn;
  });
});
