// Reads lines from the terminal: keys in, an edited line out, drawn where the cursor stood.

import { positionAfter } from "./cells.js";
import { History } from "./history.js";
import { parseKeys } from "./keys.js";
import { Line } from "./line.js";

const EDITS = new Set(
  "backspace delete left right home end wordLeft wordRight killToEnd killToStart killWord yank".split(" "),
);

/**
 * @typedef {{line: string, end?: "input" | "interrupt", typed?: object, draft?: string}} Read - `end` says that no
 *   line came: Ctrl-D or Ctrl-C. `typed` is the entry that was typed in the learner's stead, over `draft`.
 */

/** One reader per terminal; keys that come while nobody reads are kept for the next line. */
export class LineReader {
  /**
   * @param {import("@xterm/xterm").Terminal} terminal
   * @param {() => void} onInterrupt - Ctrl-C while nobody reads
   */
  constructor(terminal, onInterrupt) {
    this.terminal = terminal;
    this.onInterrupt = onInterrupt;
    this.waiting = [];
    this.reading = null;
    terminal.onData((data) => this.#receive(parseKeys(data)));
    terminal.onResize(() => this.reading && this.#draw());
  }

  /**
   * Read one line.
   * @param {object} options
   * @param {string} options.prompt - may hold colour codes
   * @param {History} [options.history]
   * @param {string} [options.draft] - stands on the line to begin with
   * @param {() => {line: string} | undefined} [options.takeTyped] - the next line to type in the learner's stead
   * @returns {Promise<Read>}
   */
  async read({ prompt, history = new History(), draft = "", takeTyped = () => undefined }) {
    await new Promise((written) => this.terminal.write(prompt, written));
    const startColumn = this.terminal.buffer.active.cursorX;
    history.rewind(draft);
    return new Promise((finish) => {
      this.reading = { finish, prompt, history, takeTyped, startColumn, row: 0, line: new Line(draft) };
      this.#draw();
      this.poke();
      this.#consume();
    });
  }

  /** Look again whether there is a line to type. */
  poke() {
    const typed = this.reading?.takeTyped();
    if (!typed) return;
    const { line } = this.reading;
    const draft = line.text;
    line.set(typed.line);
    this.#finish({ line: typed.line, typed, draft });
  }

  #receive(keys) {
    if (!this.reading && keys.some(({ key }) => key === "interrupt")) {
      this.waiting = [];
      this.onInterrupt();
      return;
    }
    this.waiting.push(...keys);
    this.#consume();
  }

  #consume() {
    while (this.reading && this.waiting.length > 0) this.#handle(this.waiting.shift());
  }

  #handle({ key, text }) {
    const { line, history } = this.reading;
    if (text !== undefined) line.insert(text);
    else if (EDITS.has(key)) line[key]();
    else if (key === "up") line.set(history.previous(line.text));
    else if (key === "down") line.set(history.next(line.text));
    else return this.#handleCommand(key, line);
    this.#draw();
  }

  #handleCommand(key, line) {
    if (key === "enter") this.#finish({ line: line.text });
    else if (key === "interrupt") this.#finish({ line: "", end: "interrupt" }, "^C");
    else if (key === "clear") this.#clearScreen();
    else if (key === "endOfInput" && line.text === "") this.#finish({ line: "", end: "input" });
    else if (key === "endOfInput") this.#handle({ key: "delete" });
  }

  #finish(read, mark = "") {
    const { finish, line } = this.reading;
    line.end();
    this.#draw();
    this.reading = null;
    this.terminal.write(read.end ? mark : "\r\n");
    finish(read);
  }

  #clearScreen() {
    this.reading.row = 0;
    this.terminal.write(`\x1b[2J\x1b[H${this.reading.prompt}`);
    this.#draw();
  }

  #draw() {
    const { line, startColumn, row } = this.reading;
    const { cols } = this.terminal;
    const end = positionAfter(line.characters, startColumn, cols);
    const cursor = positionAfter(line.characters.slice(0, line.cursor), startColumn, cols);
    // A line that ends at the edge leaves the cursor there until one more character comes; the space is that one.
    const overEdge = end.column === 0 && end.row > 0 ? " \r" : "";
    const text = `${move(-row, startColumn)}\x1b[J${line.text}${overEdge}`;
    this.terminal.write(text + move(cursor.row - end.row, cursor.column));
    this.reading.row = cursor.row;
  }
}

/** Move the cursor up (negative: there is no other direction here) and to a column. */
function move(rows, column) {
  const up = rows < 0 ? `\x1b[${-rows}A` : "";
  const right = column > 0 ? `\x1b[${column}C` : "";
  return `${up}\r${right}`;
}
