// Puts a working terminal into the page's workbench.

import { canShare } from "../shared/control.js";
import { announceCall, announceCommand, onTypeRequest } from "./events.js";
import { Runtime } from "./runtime.js";
import { Session } from "./session.js";
import { Status } from "./status.js";
import { openTerminal } from "./terminal.js";

const NOT_ISOLATED =
  "Ctrl-C and prompts for input need a secure address (https or localhost); on this one a command that hangs is " +
  "ended together with the terminal's worker.";

async function loadConfig(url) {
  const response = await fetch(url, { cache: "no-store", credentials: "same-origin" });
  if (!response.ok) throw new Error(`the server answered with HTTP ${response.status}`);
  return response.json();
}

function connect(config, terminal, status) {
  let session;
  let settle;
  const ready = new Promise((resolve, reject) => (settle = { resolve, reject }));
  const runtime = new Runtime(config, {
    onStep: (step) => status.showStep(step),
    onReady: () => {
      status.clear();
      settle.resolve();
    },
    onFailure: (message) => {
      status.show(`The terminal could not be started: ${message}. Reload the page to try again.`);
      settle.reject(new Error(message));
    },
    onOutput: (stream, bytes) => session.output(stream, bytes),
    onInput: () => session.input(),
    onCall: announceCall,
    onRestart: (reason) => session.notice(`${reason}; the terminal was restarted. Your files are kept.`),
  });
  session = new Session({ terminal, runtime, name: config.prompt_name, onCommand: announceCommand });
  return { session, ready };
}

/**
 * Start the terminal of a workbench.
 * @param {HTMLElement} workbench - has data-config-url, and in it an element with data-terminal
 * @returns {{ready: Promise<void>, run: (line: string) => Promise<{stdout: string, stderr: string, exitCode: number}>}}
 */
export function attachWorkbench(workbench) {
  const element = workbench.querySelector("[data-terminal]");
  const status = new Status(element);
  const session = start(workbench, element, status);
  session.catch((error) => status.show(`The terminal could not be started: ${error.message}.`));
  onTypeRequest(async (text) => (await session).session.type(text));
  return {
    ready: session.then(({ ready }) => ready),
    run: async (line) => (await session).session.type(line),
  };
}

async function start(workbench, element, status) {
  status.showStep("fetch");
  const [config, terminal] = await Promise.all([loadConfig(workbench.dataset.configUrl), openTerminal(element)]);
  const connected = connect(config, terminal, status);
  if (!canShare()) connected.session.notice(NOT_ISOLATED);
  connected.session.start();
  return connected;
}
