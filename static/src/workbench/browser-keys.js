// Keys that the terminal must not swallow.

function isShortcut(event, letter) {
  return event.ctrlKey && !event.altKey && event.key.toLowerCase() === letter;
}

/**
 * Let Tab leave the terminal, Ctrl-C copy when something is selected, and Ctrl-V paste.
 * @param {import("@xterm/xterm").Terminal} terminal
 */
export function leaveKeysToBrowser(terminal) {
  terminal.attachCustomKeyEventHandler((event) => {
    const copies = isShortcut(event, "c") && terminal.hasSelection();
    return !(event.key === "Tab" || copies || isShortcut(event, "v"));
  });
}
