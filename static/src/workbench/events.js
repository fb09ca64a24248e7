// How the terminal and the rest of the page speak to each other: events on the document.

/** Tell the page of a call to AWS: {status, host}. */
export function announceCall(call) {
  document.dispatchEvent(new CustomEvent("entrypoint:call", { detail: call }));
}

/** Tell the page that a command line has ended: {line, exitCode}. */
export function announceCommand(command) {
  document.dispatchEvent(new CustomEvent("entrypoint:command", { detail: command }));
}

/** Listen to requests to type something: {text}. */
export function onTypeRequest(type) {
  document.addEventListener("entrypoint:type", ({ detail }) => type(detail.text));
}
