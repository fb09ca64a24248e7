// Memory that page and worker share: the only way to reach a worker that is busy, or waiting for a line of input.

const INTERRUPT_BYTE = 0;
const STDIN_STATE = 1;
const STDIN_LENGTH = 2;
const INTERRUPT_COUNT = 3;
const HEADER_BYTES = 16;
const LINE_BYTES = 65536;

const WAITING = 0;
const ANSWERED = 1;
const INTERRUPTED = 2;

const SIGINT = 2;
const LONGEST_WAIT_MS = 1000;

/** Whether this browser lets page and worker share memory; only then do Ctrl-C and prompts for input work. */
export const canShare = () => globalThis.crossOriginIsolated === true;

/** New shared memory, or null where the browser allows none. */
export function createControlMemory() {
  return canShare() ? new SharedArrayBuffer(HEADER_BYTES + LINE_BYTES) : null;
}

/** The page's end. */
export class ControlSender {
  /** @param {SharedArrayBuffer} memory */
  constructor(memory) {
    this.words = new Int32Array(memory, 0, 4);
    this.bytes = new Uint8Array(memory);
  }

  /** Ctrl-C: raises KeyboardInterrupt in Python, stops the shell, ends waiting for input. */
  interrupt() {
    Atomics.add(this.words, INTERRUPT_COUNT, 1);
    Atomics.store(this.bytes, INTERRUPT_BYTE, SIGINT);
    this.#wake(INTERRUPTED);
  }

  /**
   * Give a waiting program its input.
   * @param {string} line - with its newline; the empty string is the end of input
   */
  answer(line) {
    const bytes = new TextEncoder().encode(line).subarray(0, LINE_BYTES);
    this.bytes.set(bytes, HEADER_BYTES);
    Atomics.store(this.words, STDIN_LENGTH, bytes.length);
    this.#wake(ANSWERED);
  }

  #wake(state) {
    Atomics.store(this.words, STDIN_STATE, state);
    Atomics.notify(this.words, STDIN_STATE);
  }
}

/** The worker's end. */
export class ControlReceiver {
  /** @param {SharedArrayBuffer} memory */
  constructor(memory) {
    this.words = new Int32Array(memory, 0, 4);
    this.bytes = new Uint8Array(memory);
    /** The byte that Pyodide looks at to raise KeyboardInterrupt. */
    this.interruptByte = new Uint8Array(memory, INTERRUPT_BYTE, 1);
  }

  /** How often Ctrl-C was pressed so far. */
  get interrupts() {
    return Atomics.load(this.words, INTERRUPT_COUNT);
  }

  /** Whether Python has not yet noticed a Ctrl-C. */
  get isInterruptPending() {
    return Atomics.load(this.bytes, INTERRUPT_BYTE) !== 0;
  }

  /** Forget a Ctrl-C that was meant for the command before. */
  clearInterrupt() {
    Atomics.store(this.bytes, INTERRUPT_BYTE, 0);
  }

  /**
   * Hold the worker until the page answers a request for input.
   * @param {() => void} ask - tells the page; called when the memory is ready for its answer
   * @returns {Uint8Array | null} a copy of the line, empty at the end of input; null after Ctrl-C
   */
  readLine(ask) {
    Atomics.store(this.words, STDIN_STATE, WAITING);
    ask();
    while (Atomics.load(this.words, STDIN_STATE) === WAITING) {
      Atomics.wait(this.words, STDIN_STATE, WAITING, LONGEST_WAIT_MS);
    }
    if (Atomics.load(this.words, STDIN_STATE) === INTERRUPTED) return null;
    return this.bytes.slice(HEADER_BYTES, HEADER_BYTES + Atomics.load(this.words, STDIN_LENGTH));
  }

  /** Hold the worker for a while, or until Ctrl-C. */
  nap(milliseconds) {
    Atomics.store(this.words, STDIN_STATE, WAITING);
    if (!this.isInterruptPending) Atomics.wait(this.words, STDIN_STATE, WAITING, milliseconds);
  }
}
