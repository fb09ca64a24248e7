// The line below the terminal that says what it is waiting for.

const STEPS = {
  fetch: "Loading the terminal",
  python: "Starting Python",
  unpack: "Unpacking the AWS CLI",
  import: "Loading the AWS CLI",
};

/** A line of status under the terminal; hidden when there is nothing to say. */
export class Status {
  /** @param {HTMLElement} element - the terminal's element */
  constructor(element) {
    this.line = document.createElement("p");
    this.line.className = "terminal-status";
    this.line.setAttribute("role", "status");
    this.line.hidden = true;
    element.after(this.line);
  }

  /** Say which step of the start is under way. */
  showStep(step) {
    const names = Object.keys(STEPS);
    this.show(`${STEPS[step]} (${names.indexOf(step) + 1} of ${names.length})`);
  }

  show(text) {
    this.line.textContent = text;
    this.line.hidden = false;
  }

  clear() {
    this.line.hidden = true;
  }
}
