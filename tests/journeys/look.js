// What a page must be for whoever reads it: returns a list of complaints, empty when all is well.
() => {
  const complaints = [];
  const complain = (what, e) => complaints.push(`${what}: ${e.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isDrawn = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const isForReaders = (e) => e.closest(".visually-hidden, .bh-skip");

  // Words and structure
  if (document.documentElement.lang !== "zh-CN") complaints.push(`language: ${document.documentElement.lang}`);
  if (all("h1").length !== 1) complaints.push(`${all("h1").length} titles`);
  if (!/\S/.test(document.title.split("·")[0])) complaints.push("no title in the tab");
  const ids = all("[id]").map((e) => e.id);
  [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].forEach((id) => complaints.push(`id twice: ${id}`));
  all("img:not([alt])").forEach((e) => complain("no alt", e));
  all("input:not([type=hidden]), select, textarea").forEach((e) => {
    const words = [...(e.labels ?? [])].map((label) => label.textContent).join("") + (e.getAttribute("aria-label") ?? "");
    if (!words.trim()) complain("no label", e);
  });
  all("button, a[href], summary").forEach((e) => {
    const words = e.textContent + (e.getAttribute("aria-label") ?? "") + [...e.querySelectorAll("img")].map((i) => i.alt).join("");
    if (!words.trim()) complain("no words", e);
  });
  all("label[for], [aria-describedby], [aria-labelledby]").forEach((e) => {
    const named = e.htmlFor ?? `${e.getAttribute("aria-describedby") ?? ""} ${e.getAttribute("aria-labelledby") ?? ""}`;
    named.trim().split(/\s+/).forEach((id) => document.getElementById(id) || complain(`names ${id}, which is not there`, e));
  });

  // A finger: 44 px, measured on what takes the tap. Links inside a sentence are exempt.
  const spot = (e) => {
    const label = e.matches("[type=checkbox], [type=radio], [type=file]") && e.closest("label");
    const rect = (label || e).getBoundingClientRect();
    const over = getComputedStyle(e, "::after");
    return over.position === "absolute" && over.content !== "none" ? e.closest(".bh-row, li").getBoundingClientRect() : rect;
  };
  const isInSentence = (e) => e.matches("a") && e.closest("p, td, dd, .bh-errors");
  all("button, summary, select, textarea, input:not([type=hidden]), a[href]").forEach((e) => {
    if (!isDrawn(e) || isForReaders(e) || isInSentence(e)) return;
    const { width, height } = spot(e);
    if (Math.min(width, height) < 43.5) complain(`${Math.round(width)} × ${Math.round(height)} px`, e);
  });

  // WCAG 2.2, 1.4.3: 4.5 to 1, for large text 3 to 1
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { rgb: text.startsWith("color(") ? [r * 255, g * 255, b * 255] : [r, g, b], a };
  };
  const over = (top, below) => top.rgb.map((c, i) => c * top.a + below[i] * (1 - top.a));
  const groundOf = (e) => {
    if (!e) return [255, 255, 255];
    const own = parse(getComputedStyle(e).backgroundColor);
    return own.a === 1 ? own.rgb : over(own, groundOf(e.parentElement));
  };
  const light = (rgb) =>
    rgb
      .map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const check = (e, colour) => {
    const style = getComputedStyle(e);
    const ground = groundOf(e);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const found = ratio(over(parse(colour), ground), ground);
    if (found < least) complain(`contrast ${found.toFixed(2)}`, e);
  };
  all("body *").forEach((e) => {
    const hasText = [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isOut = e.matches("option, script, .disabled, :disabled") || e.closest("svg");
    if (hasText && isDrawn(e) && !isForReaders(e) && !isOut) check(e, getComputedStyle(e).color);
  });
  all("[placeholder]").forEach((e) => isDrawn(e) && check(e, getComputedStyle(e, "::placeholder").color));
  return complaints;
}
