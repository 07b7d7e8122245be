/* What came by itself is said at the foot of the screen, where it moves nothing; one notice of each kind. */

// Words that stand beside their buttons on a phone.
const SHORT = 10;

const box = document.getElementById("live-notices");

function makeControl({ href, label, run, primary }, close) {
  const control = document.createElement(href ? "a" : "button");
  control.className = `btn${primary ? " btn-primary" : ""}`;
  control.textContent = label;
  if (href) {
    control.href = href;
  } else {
    control.type = "button";
  }
  control.addEventListener("click", () => {
    close();
    run?.();
  });
  return control;
}

/* `words`, `more` (a second sentence), then one control (`href` or `run`, with `label`) or several (`controls`). */
export function showNotice(kind, { words, more = "", controls, stays = false, ...control }) {
  if (!box) {
    return;
  }
  let notice = box.querySelector(`[data-notice="${kind}"]`);
  if (!notice) {
    notice = document.createElement("div");
    notice.className = "bh-live-notice";
    notice.dataset.notice = kind;
    box.append(notice);
  }
  const close = () => notice.remove();
  const text = document.createElement("div");
  text.className = "bh-live-said";
  text.append(...[words, more].filter(Boolean).map((said) => Object.assign(document.createElement("p"), { textContent: said })));
  const made = (controls ?? (control.label ? [{ ...control, primary: true }] : [])).map((one) => makeControl(one, close));
  if (!stays) {
    made.push(makeControl({ label: "关闭" }, close));
  }
  const row = Object.assign(document.createElement("div"), { className: "bh-live-do" });
  row.append(...made);
  notice.classList.toggle("is-long", Boolean(more) || words.length > SHORT);
  notice.textContent = "";
  notice.append(text, row);
}

export function dropNotice(kind) {
  box?.querySelector(`[data-notice="${kind}"]`)?.remove();
}
