// The lines of this page's terminal, for the arrow keys. They end with the page: a line may hold a secret.

/** Lines entered before, and the place among them. */
export class History {
  constructor() {
    this.lines = [];
    this.rewind("");
  }

  /** Remember a line, unless it is blank or the same again. */
  add(line) {
    if (line.trim() !== "" && line !== this.lines.at(-1)) this.lines.push(line);
  }

  /** Begin at the newest line; `draft` is what "down" comes back to in the end. */
  rewind(draft) {
    this.position = this.lines.length;
    this.draft = draft;
  }

  /**
   * Go one line back.
   * @param {string} current - the line as it stands
   * @returns {string} the line to show instead
   */
  previous(current) {
    if (this.position === this.lines.length) this.draft = current;
    this.position = Math.max(0, this.position - 1);
    return this.#here();
  }

  /** Go one line forward. */
  next(current) {
    if (this.position === this.lines.length) return current;
    this.position += 1;
    return this.#here();
  }

  #here() {
    return this.lines[this.position] ?? this.draft;
  }
}
