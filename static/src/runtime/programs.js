// Programs that are run by Python: `aws` and `python3`.

/**
 * @typedef {object} ProgramRun
 * @property {string[]} arguments
 * @property {string} folder - the working folder
 * @property {Record<string, string>} environment
 * @property {number} columns
 * @property {boolean} terminal - whether its output goes straight to the terminal
 * @property {Uint8Array | null} stdin - null: the terminal
 * @property {(stream: "stdout" | "stderr", bytes: Uint8Array) => void} onOutput
 */

/** Runs programs in Pyodide, one at a time. */
export class Programs {
  /**
   * @param {any} python - Pyodide
   * @param {{readLine: () => Uint8Array | null}} terminal
   */
  constructor(python, terminal) {
    this.python = python;
    this.terminal = terminal;
    const runner = python.pyimport("entrypoint_runtime.runner");
    this.runInPython = runner.run;
    this.tidyPython = runner.tidy;
  }

  /**
   * @param {string} program - "aws" or "python3"
   * @param {ProgramRun} run
   * @returns {number} its exit code
   */
  run(program, { stdin, terminal, onOutput, ...request }) {
    this.#connect(stdin, terminal, onOutput);
    return this.runInPython(program, JSON.stringify({ ...request, terminal }));
  }

  /** Free memory; between commands nobody waits for it. */
  tidy() {
    this.tidyPython();
  }

  #connect(stdin, isatty, onOutput) {
    const output = (stream) => ({
      isatty,
      write: (bytes) => {
        onOutput(stream, bytes.slice());
        return bytes.length;
      },
    });
    this.python.setStdout(output("stdout"));
    this.python.setStderr(output("stderr"));
    this.python.setStdin({ isatty: stdin === null, read: stdin === null ? this.#terminalReader() : reader(stdin) });
  }

  #terminalReader() {
    let readRest = () => 0;
    return (buffer) => {
      // C's input functions begin with a read of nothing, which must not ask for a line.
      if (buffer.length === 0) return 0;
      const rest = readRest(buffer);
      if (rest > 0) return rest;
      const line = this.terminal.readLine();
      if (line === null) {
        this.python.checkInterrupt();
        return 0;
      }
      readRest = reader(line);
      return readRest(buffer);
    };
  }
}

/** A function that fills buffers from bytes until there are none left. */
function reader(bytes) {
  let position = 0;
  return (buffer) => {
    const part = bytes.subarray(position, position + buffer.length);
    buffer.set(part);
    position += part.length;
    return part.length;
  };
}

