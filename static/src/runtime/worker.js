// The worker behind the terminal: Python and the shell, off the page so that nothing can freeze it.
//
// From the page: {type: "boot", …}, {type: "run", id, text, columns}, {type: "interrupt"}.
// To the page:   {type: "step"}, {type: "ready"}, {type: "failed"}, {type: "output"}, {type: "input"}, {type: "call"},
//                {type: "unfinished"}, {type: "done"}.

import { gunzipSync } from "fflate";
import { loadPyodide } from "./pyodide.mjs";
import { ControlReceiver } from "../shared/control.js";
import { createShellFetch } from "./curl.js";
import { createEnvelopeTransport } from "./envelope.js";
import { homeFiles } from "./home.js";
import { createInterruption } from "./interruption.js";
import { ChangeTracker, applyChanges } from "./learner-files.js";
import { Programs } from "./programs.js";
import { connectHost, startPython } from "./python.js";
import { Shell } from "./shell.js";
import { ShellFiles } from "./shell-files.js";
import { requestSync } from "./sync-request.js";

const HERE = new URL("./", import.meta.url);
const NO_INPUT = new Uint8Array(0);

let session;

async function fetchPart(name, read) {
  const response = await fetch(new URL(name, HERE));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return read(response);
}

async function fetchPack() {
  const [index, bytes, sources] = await Promise.all([
    fetchPart("pack.json", (response) => response.json()),
    fetchPart("pack.bin", (response) => response.arrayBuffer()),
    fetchPart("python.json", (response) => response.json()),
  ]);
  return { index, bytes: new Uint8Array(bytes), sources };
}

function fetchService(service) {
  const { status, bytes } = requestSync("GET", new URL(`services/${service}.bin`, HERE));
  if (status !== 200) throw new Error(`the description of ${service} could not be loaded: HTTP ${status}`);
  return gunzipSync(bytes);
}

/** Pauses and input need memory shared with the page; without it sleeping cannot be ended and input is empty. */
function createHostFunctions(control, python, send) {
  const nap = (milliseconds) => {
    if (!control) return false;
    control.nap(milliseconds);
    if (control.isInterruptPending) python.checkInterrupt();
    return true;
  };
  const readLine = () => (control ? control.readLine(() => postMessage({ type: "input" })) : NO_INPUT);
  return { send, nap, readLine };
}

async function boot({ config, memory, saved }) {
  const python = await startPython({
    loadPyodide,
    options: { indexURL: HERE.href, lockFileURL: new URL("pyodide-lock.json", HERE).href },
    pack: fetchPack(),
    fetchService,
    onStep: (step) => postMessage({ type: "step", step }),
  });
  const control = memory ? new ControlReceiver(memory) : null;
  if (control) python.setInterruptBuffer(control.interruptByte);
  const send = createEnvelopeTransport({
    url: config.envelope_url,
    environment: config.environment,
    onCall: (call) => postMessage({ type: "call", call }),
  });
  const host = createHostFunctions(control, python, send);
  connectHost(python, host);
  applyChanges(python.FS, saved?.files ?? homeFiles(config));
  const programs = new Programs(python, host);
  const shell = new Shell({
    files: new ShellFiles(python.FS),
    programs,
    fetch: createShellFetch(send),
    environment: saved?.environment,
  });
  session = { control, programs, shell, tracker: new ChangeTracker(python.FS) };
  postMessage({ type: "ready", changes: session.tracker.changes() });
}

async function run({ id, text, columns }) {
  const { control, programs, shell, tracker } = session;
  if (shell.isUnfinished(text)) return postMessage({ type: "unfinished", id });
  control?.clearInterrupt();
  const before = control?.interrupts;
  const interruption = createInterruption(() => control?.interrupts !== before);
  session.interruption = interruption;
  const result = await shell.run(text, {
    signal: interruption.signal,
    columns,
    onOutput: (stream, bytes) => postMessage({ type: "output", id, stream, bytes }),
  });
  const { environment, folder } = shell;
  postMessage({ type: "done", id, result, environment, folder, changes: tracker.changes() });
  programs.tidy();
}

/** Errors here are ours: the page restarts the worker. */
function fail(error) {
  postMessage({ type: "failed", message: `${error?.message ?? error}`, stack: error?.stack });
}

const HANDLERS = {
  boot,
  run,
  interrupt: () => session?.interruption?.abort(),
};

addEventListener("message", async ({ data }) => {
  try {
    await HANDLERS[data.type](data);
  } catch (error) {
    fail(error);
  }
});
