// The conversation in the terminal: prompt, command line, output, prompt.

import { concatenate } from "../shared/bytes.js";
import { HOME } from "../shared/layout.js";
import { History } from "./history.js";
import { LineReader } from "./line-reader.js";

const CONTINUED = "> ";
const GREEN = "\x1b[32m";
const BLUE = "\x1b[34m";
const QUIET = "\x1b[90m";
const PLAIN = "\x1b[0m";

const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

/** One learner at one terminal. */
export class Session {
  /**
   * @param {object} parts
   * @param {import("@xterm/xterm").Terminal} parts.terminal
   * @param {import("./runtime.js").Runtime} parts.runtime
   * @param {string} parts.name - shown in the prompt
   * @param {(command: {line: string, exitCode: number}) => void} parts.onCommand - after every command line
   */
  constructor({ terminal, runtime, name, onCommand }) {
    Object.assign(this, { terminal, runtime, name, onCommand });
    this.reader = new LineReader(terminal, () => this.#interrupt());
    this.history = new History();
    this.typed = [];
    this.draft = "";
    this.collected = { stdout: [], stderr: [] };
  }

  /** Read and run command lines for ever. */
  async start() {
    for (;;) await this.#command();
  }

  /**
   * Type lines in the learner's stead as soon as the shell is waiting for them.
   * @param {string} text
   * @returns {Promise<{stdout: string, stderr: string, exitCode: number}>} what the last of them did
   */
  type(text) {
    const lines = text.replace(/\n$/, "").split("\n");
    return new Promise((settle) => {
      this.typed.push(...lines.map((line, at) => ({ line, settle: at === lines.length - 1 ? settle : () => {} })));
      this.reader.poke();
    });
  }

  /** What a program asks for on its standard input; null after Ctrl-C. */
  async input() {
    const { line, end } = await this.reader.read({ prompt: "" });
    if (end === "interrupt") return null;
    return end === "input" ? "" : `${line}\n`;
  }

  /** Show output of the running command. */
  output(stream, bytes) {
    this.collected[stream].push(bytes);
    this.terminal.write(bytes);
  }

  /** Say something that no command said. */
  notice(text) {
    this.terminal.write(`\r\n${QUIET}${text}${PLAIN}\r\n`);
  }

  #interrupt() {
    this.terminal.write("^C");
    this.typed = [];
    this.runtime.interrupt();
  }

  async #command() {
    this.collected = { stdout: [], stderr: [] };
    const read = await this.#readLine(this.#prompt());
    if (read.end || read.line.trim() === "") return read.typed?.settle(this.#report(0));
    const { text, settle, result } = await this.#runLines(read);
    if (!result) return;
    await this.#show(result);
    this.onCommand({ line: text, exitCode: result.exitCode });
    settle?.(this.#report(result.exitCode));
  }

  /** Run a line, reading on as long as the shell wants more of them. */
  async #runLines(read) {
    let text = read.line;
    for (;;) {
      const { unfinished, result } = await this.runtime.run(text, this.terminal.cols);
      if (!unfinished) return { text, settle: read.typed?.settle, result };
      read = await this.#readLine(CONTINUED);
      if (read.end) return {};
      text += `\n${read.line}`;
    }
  }

  async #readLine(prompt) {
    const { draft, history } = this;
    this.draft = "";
    const read = await this.reader.read({ prompt, history, draft, takeTyped: () => this.typed.shift() });
    this.draft = read.draft ?? "";
    history.add(read.line);
    if (read.end) this.terminal.write("\r\n");
    return read;
  }

  async #show({ stdout, stderr }) {
    if (stdout.length > 0) this.output("stdout", stdout);
    if (stderr !== "") this.output("stderr", encode(stderr));
    await new Promise((written) => this.terminal.write("", written));
    if (this.terminal.buffer.active.cursorX > 0) this.terminal.write("\r\n");
  }

  #report(exitCode) {
    const { stdout, stderr } = this.collected;
    return { stdout: decode(concatenate(stdout)), stderr: decode(concatenate(stderr)), exitCode };
  }

  #prompt() {
    const folder = (this.runtime.folder ?? HOME).replace(new RegExp(`^${HOME}(?=/|$)`), "~");
    return `${GREEN}${this.name}${PLAIN}:${BLUE}${folder}${PLAIN}$ `;
  }
}
