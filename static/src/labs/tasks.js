// The tasks panel asks the server whether something has changed: often for a while after a command, seldom otherwise.

const OFTEN = 300;
const SELDOM = 8_000;
const LIVELY_FOR = 6_000;

const panel = () => document.querySelector("[data-tasks]");
let livelyUntil = 0;
let timer;
let asking = false;

function plan() {
  clearTimeout(timer);
  const shown = panel();
  if (!shown || document.hidden || "finished" in shown.dataset) return;
  const lively = "checking" in shown.dataset || performance.now() < livelyUntil;
  timer = setTimeout(ask, lively ? OFTEN : SELDOM);
}

async function ask() {
  const shown = panel();
  if (!shown || asking) return;
  asking = true;
  const url = `${shown.dataset.url}?seen=${shown.dataset.seen}`;
  try {
    await window.htmx.ajax("GET", url, { source: shown, target: shown, swap: "outerHTML" });
  } catch {
    // The next turn asks again.
  } finally {
    asking = false;
    plan();
  }
}

function wake() {
  livelyUntil = performance.now() + LIVELY_FOR;
  if (!asking) plan();
}

/** Say aloud, and at the tab, what the panel now shows. */
function tell(before) {
  const shown = document.querySelector("#tasks");
  const count = document.querySelector("[data-tasks-count]");
  if (count) count.textContent = `${shown.dataset.done}/${shown.dataset.total}`;
  const status = document.querySelector("[data-announce]");
  if (status && before !== shown.dataset.done) {
    status.textContent = `${shown.dataset.done} of ${shown.dataset.total} tasks done`;
  }
}

export function attachTasks() {
  let done = panel()?.dataset.done;
  document.addEventListener("entrypoint:call", wake);
  document.addEventListener("entrypoint:command", wake);
  document.addEventListener("visibilitychange", plan);
  document.addEventListener("htmx:afterSettle", () => {
    tell(done);
    done = document.querySelector("#tasks")?.dataset.done;
    plan();
  });
  plan();
}
