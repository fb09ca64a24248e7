// On small screens the lesson shows one part at a time; the tabs choose which.

export function attachTabs(tabs) {
  const lesson = tabs.closest("[data-lesson]");
  const buttons = [...tabs.querySelectorAll("[data-show]")];

  function show(part) {
    lesson.dataset.view = part;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === part));
  }

  tabs.hidden = false;
  show(location.hash.startsWith("#task") ? "tasks" : "read");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      show(button.dataset.show);
      lesson.querySelector(`[data-pane="${button.dataset.show}"]`).focus({ preventScroll: true });
    });
  }
  // A command that is typed for the learner must be seen, and so must a task that is gone to.
  document.addEventListener("entrypoint:type", () => show("terminal"));
  lesson.addEventListener("click", (event) => {
    if (event.target.closest("[data-task-link]")) show("tasks");
  });
}
