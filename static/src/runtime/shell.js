// The shell: just-bash with our commands, our files, and state that lasts from line to line.

import { Bash, InMemoryFs, MountableFs, defineCommand } from "just-bash/browser";
import { bytesToLatin1, concatenate, latin1ToBytes } from "../shared/bytes.js";
import { HOME } from "../shared/layout.js";
import { isSingleCall, isUnfinished } from "./command-line.js";

// Nothing needs to protect the page from a busy shell, which runs in a worker and obeys Ctrl-C.
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const LIMITS = {
  maxCommandCount: NO_LIMIT,
  maxLoopIterations: NO_LIMIT,
  maxWorkUnits: NO_LIMIT,
  maxAwkIterations: NO_LIMIT,
  maxSedIterations: NO_LIMIT,
  maxJqIterations: NO_LIMIT,
};

const INTERRUPTED = 130;
const ABORTED = "bash: execution aborted\n";

const DEVICES = { "/null": "", "/zero": "", "/stdin": "", "/stdout": "", "/stderr": "" };

const PROGRAMS = { aws: "aws", python3: "python3", python: "python3" };

export const INITIAL_ENVIRONMENT = {
  HOME,
  USER: "learner",
  LOGNAME: "learner",
  SHELL: "/bin/bash",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  PWD: HOME,
};

/**
 * @typedef {{stdout: Uint8Array, stderr: string, exitCode: number}} Result - what was not shown while it ran
 */

/** One learner's shell. */
export class Shell {
  /**
   * @param {object} parts
   * @param {import("./shell-files.js").ShellFiles} parts.files
   * @param {import("./programs.js").Programs} parts.programs
   * @param {import("just-bash").SecureFetch} parts.fetch - answers curl
   * @param {Record<string, string>} [parts.environment] - of the shell before a restart
   */
  constructor({ files, programs, fetch, environment = INITIAL_ENVIRONMENT }) {
    this.programs = programs;
    this.environment = environment;
    this.exitCode = 0;
    this.bash = new Bash({
      fs: new MountableFs({ base: files, mounts: [{ mountPoint: "/dev", filesystem: new InMemoryFs(DEVICES) }] }),
      cwd: HOME,
      env: this.environment,
      customCommands: Object.entries(PROGRAMS).map(([name, program]) => this.#command(name, program)),
      executionLimits: LIMITS,
      defenseInDepth: false,
      fetch,
    });
  }

  /** The working folder. */
  get folder() {
    return this.environment.PWD ?? HOME;
  }

  /** Whether the shell would wait for more lines before it runs this text. */
  isUnfinished(text) {
    return isUnfinished((source) => this.bash.transform(source), text);
  }

  /**
   * Run a command line.
   * @param {string} text
   * @param {{signal: AbortSignal, columns: number, onOutput: (stream: string, bytes: Uint8Array) => void}} run
   * @returns {Promise<Result>}
   */
  async run(text, { signal, columns, onOutput }) {
    this.current = { columns, onOutput, terminal: this.#isSingleCall(text) };
    // `$?` of the line before: just-bash keeps it outside of the environment that it hands back.
    this.bash.state.lastExitCode = this.exitCode;
    const result = await this.bash.exec(text, {
      env: this.environment,
      replaceEnv: true,
      cwd: this.folder,
      rawScript: true,
      signal,
    });
    if (result.env) this.environment = { ...result.env };
    // Like bash after Ctrl-C: no words, and the code of SIGINT instead of just-bash's own.
    const ended = signal.aborted ? { stderr: result.stderr.replace(ABORTED, ""), exitCode: INTERRUPTED } : result;
    this.exitCode = ended.exitCode;
    return { stdout: outputBytes(result), stderr: ended.stderr, exitCode: ended.exitCode };
  }

  #isSingleCall(text) {
    try {
      return isSingleCall(this.bash.transform(text).ast, Object.keys(PROGRAMS));
    } catch {
      return false;
    }
  }

  #command(name, program) {
    return defineCommand(name, async (args, context) => {
      const { terminal, columns, onOutput } = this.current;
      const parts = { stdout: [], stderr: [] };
      const exitCode = this.programs.run(program, {
        arguments: args,
        folder: context.cwd,
        environment: { ...context.exportedEnv },
        columns,
        terminal,
        stdin: terminal ? null : latin1ToBytes(String(context.stdin ?? "")),
        onOutput: terminal ? onOutput : (stream, bytes) => parts[stream].push(bytes),
      });
      return {
        stdout: bytesToLatin1(concatenate(parts.stdout)),
        stdoutKind: "bytes",
        stderr: new TextDecoder().decode(concatenate(parts.stderr)),
        exitCode,
      };
    });
  }
}

function outputBytes({ stdout, stdoutKind }) {
  return stdoutKind === "bytes" ? latin1ToBytes(stdout) : new TextEncoder().encode(stdout);
}
