// Text that comes without a key being pressed: dictation, emoji pickers. In its mode for screen readers xterm.js
// leaves it in its text field.

/** @param {import("@xterm/xterm").Terminal} terminal */
export function acceptKeylessText(terminal) {
  let pressed = false;
  const { textarea } = terminal;
  textarea.addEventListener("keydown", () => (pressed = true), { capture: true });
  textarea.addEventListener("keyup", () => (pressed = false), { capture: true });
  textarea.addEventListener("blur", () => (pressed = false));
  textarea.addEventListener("input", (event) => {
    if (event.inputType === "insertText" && event.data && !pressed) terminal.input(event.data);
  });
}
