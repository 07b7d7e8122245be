/* Many at once: tick a whole page, see how many are ticked, go on with a run and show how far it is. */

function ticksOf(form) {
  // The same hazard stands in the table and in the rows of a phone: only what is on screen counts.
  return [...form.querySelectorAll("[name=number]")].filter((box) => box.closest("label").offsetParent !== null);
}

function tell(form) {
  const n = ticksOf(form).filter((box) => box.checked).length;
  const line = form.querySelector("[data-n-ticked]");
  line.textContent = form.querySelector("[name=all]")?.checked || !n ? "" : `已选 ${n} 条`;
}

document.querySelectorAll("[data-ticks]").forEach((form) => {
  const all = form.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      ticksOf(form).forEach((box) => {
        box.checked = all.querySelector("input").checked;
      });
      tell(form);
    });
  }
  form.addEventListener("change", () => tell(form));
  window.addEventListener("pageshow", () => tell(form));
});

async function goOn(form) {
  const button = form.querySelector("[type=submit]");
  const bar = form.querySelector("progress");
  const line = form.querySelector("[data-progress]");
  button.hidden = true;
  for (;;) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "bulk" },
    });
    if (!answer.ok || answer.redirected) {
      throw new Error(String(answer.status));
    }
    const told = await answer.json();
    bar.value = told.n_done;
    line.textContent = `已办 ${told.n_done} / ${told.n_rows} 条${told.n_failed ? `，没成功 ${told.n_failed} 条` : ""}`;
    if (told.n_done >= told.n_rows) {
      window.location.reload();
      return;
    }
  }
}

const run = document.querySelector("[data-run]");
if (run) {
  const begin = () =>
    goOn(run).catch(() => {
      run.querySelector("[type=submit]").hidden = false;
      run.querySelector("[data-progress]").textContent += "。网络断了，请稍后按“接着办”。";
    });
  run.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    begin();
  });
  // It was asked for a moment ago, by the form that led here.
  if (run.querySelector("progress").value === 0) {
    begin();
  }
}
