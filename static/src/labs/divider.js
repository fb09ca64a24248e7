// The divider between prose and bench: dragged, or moved with the arrow keys; its place is remembered.

const KEY = "entrypoint.split";
const STEP = 2;

export function attachDivider(divider) {
  const lesson = divider.parentElement;
  const low = Number(divider.getAttribute("aria-valuemin"));
  const high = Number(divider.getAttribute("aria-valuemax"));
  const usual = Number(divider.getAttribute("aria-valuenow"));
  const now = () => Number(divider.getAttribute("aria-valuenow"));

  function place(percent, { keep = true } = {}) {
    const value = Math.round(Math.min(high, Math.max(low, percent)));
    lesson.style.setProperty("--split", String(value));
    divider.setAttribute("aria-valuenow", String(value));
    if (keep) localStorage.setItem(KEY, String(value));
  }

  const remembered = Number(localStorage.getItem(KEY));
  if (remembered) place(remembered, { keep: false });

  divider.addEventListener("keydown", (event) => {
    const target = { ArrowLeft: now() - STEP, ArrowRight: now() + STEP, Home: low, End: high, Enter: usual }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    place(target);
  });

  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.dataset.moving = "";
  });
  divider.addEventListener("pointermove", (event) => {
    if (!("moving" in divider.dataset)) return;
    const box = lesson.getBoundingClientRect();
    place(((event.clientX - box.left) / box.width) * 100);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    divider.addEventListener(end, () => delete divider.dataset.moving);
  }
  divider.addEventListener("dblclick", () => place(usual));
}
