// The worker as the page sees it: start it, give it command lines, interrupt it, and replace it when it hangs.

import { ControlSender, createControlMemory } from "../shared/control.js";
import { SavedFiles } from "./saved-files.js";

// How long a command may take to obey Ctrl-C.
const PATIENCE_MS = 3000;

// Exit codes of commands that were ended from outside, as of processes killed by SIGINT and SIGKILL.
const INTERRUPTED = 130;
const KILLED = 137;

const endedWith = (exitCode) => ({ result: { stdout: new Uint8Array(0), stderr: "", exitCode } });

/**
 * @typedef {object} RuntimeEvents
 * @property {(step: string) => void} onStep - a step of the start begins
 * @property {() => void} onReady
 * @property {(message: string) => void} onFailure - it could not be started
 * @property {(stream: string, bytes: Uint8Array) => void} onOutput - while a command runs
 * @property {() => Promise<string | null>} onInput - a program wants a line; null after Ctrl-C
 * @property {(call: {status: number, host: string}) => void} onCall
 * @property {(reason: string) => void} onRestart - files are kept, the command is lost
 */

/** Runs command lines, one at a time. */
export class Runtime {
  /**
   * @param {object} config - the page's workbench.json
   * @param {RuntimeEvents} events
   */
  constructor(config, events) {
    this.config = config;
    this.events = events;
    this.saved = new SavedFiles();
    this.environment = undefined;
    this.running = null;
    this.lastId = 0;
    this.#start();
  }

  #start() {
    this.events.onStep("fetch");
    this.isReady = false;
    const memory = createControlMemory();
    this.control = memory ? new ControlSender(memory) : null;
    this.ready = new Promise((resolve) => (this.becomeReady = resolve));
    this.worker = new Worker(`${this.config.runtime}worker.js`, { type: "module" });
    this.worker.onmessage = ({ data }) => this.#handlers[data.type](data);
    this.worker.onerror = (event) => this.#fail(event.message ?? "the worker could not be loaded");
    const files = this.saved.all();
    const saved = files && { files, environment: this.environment };
    this.worker.postMessage({ type: "boot", config: this.config, memory, saved });
  }

  /**
   * Run a command line; waits for the start if it is still going on.
   * @returns {Promise<{unfinished: true} | {result: {stdout: Uint8Array, stderr: string, exitCode: number}}>}
   */
  async run(text, columns) {
    const id = ++this.lastId;
    const outcome = new Promise((finish) => (this.running = { id, finish }));
    await this.ready;
    if (this.running?.id === id) this.worker.postMessage({ type: "run", id, text, columns });
    return outcome;
  }

  /** Ctrl-C. A command that does not end soon takes the worker with it. */
  interrupt() {
    if (!this.running) return;
    if (!this.isReady) return this.#finish(endedWith(INTERRUPTED));
    const { id } = this.running;
    this.control?.interrupt();
    this.worker.postMessage({ type: "interrupt" });
    setTimeout(() => this.running?.id === id && this.#restart("The command did not stop"), PATIENCE_MS);
  }

  #restart(reason) {
    this.worker.terminate();
    this.events.onRestart(reason);
    this.#finish(endedWith(KILLED));
    this.#start();
  }

  #finish(outcome) {
    const { running } = this;
    this.running = null;
    running?.finish(outcome);
  }

  #fail(message) {
    if (this.isReady) this.#restart(`The terminal's worker failed (${message})`);
    else this.events.onFailure(message);
  }

  #handlers = {
    step: ({ step }) => this.events.onStep(step),
    ready: ({ changes }) => {
      this.isReady = true;
      this.saved.apply(changes);
      this.becomeReady();
      this.events.onReady();
    },
    failed: ({ message, stack }) => {
      console.error(stack ?? message);
      this.#fail(message);
    },
    output: ({ stream, bytes }) => this.events.onOutput(stream, bytes),
    input: async () => {
      const line = await this.events.onInput();
      if (line === null) this.interrupt();
      else this.control.answer(line);
    },
    call: ({ call }) => this.events.onCall(call),
    unfinished: () => this.#finish({ unfinished: true }),
    done: ({ result, environment, changes }) => {
      this.environment = environment;
      this.saved.apply(changes);
      this.#finish({ result });
    },
  };

  /** The shell's working folder. */
  get folder() {
    return this.environment?.PWD;
  }
}
