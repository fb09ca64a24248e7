// The runtime in Node, as the worker has it in the browser: same pack, same patches, a sandbox made of a function.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { contentsOf, filesBelow } from "../../static/build/files.mjs";
import { PYTHON, RUNTIME } from "../../static/build/paths.mjs";
import { Programs } from "../../static/src/runtime/programs.js";
import { connectHost, startPython } from "../../static/src/runtime/python.js";
import { HOME } from "../../static/src/shared/layout.js";
import { concatenate } from "../../static/src/shared/bytes.js";

const { build } = JSON.parse(readFileSync(join(RUNTIME, "current.json"), "utf8"));
const FOLDER = join(RUNTIME, build);

const ACCOUNT = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

export const ENVIRONMENT = {
  HOME,
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_DEFAULT_REGION: "eu-central-1",
};

/** An answer of the sandbox. */
export function answer(text, { status = 200, headers = [["Content-Type", "text/xml"]] } = {}) {
  return { error: "", head: { status, headers }, body: new TextEncoder().encode(text) };
}

export const identity = () => answer(ACCOUNT);

function ownSources() {
  const paths = filesBelow(PYTHON).filter((path) => path.endsWith(".py"));
  return Object.fromEntries(paths.map((path) => [path, String(contentsOf([join(PYTHON, path)])[1])]));
}

/**
 * Start it; takes about three seconds.
 * @returns {Promise<{python: any, services: string[], run: Function, sandbox: {send: Function, requests: object[]}}>}
 */
export async function startRuntime() {
  const services = [];
  const { loadPyodide } = await import(pathToFileURL(join(FOLDER, "pyodide.mjs")));
  const python = await startPython({
    loadPyodide,
    options: { indexURL: FOLDER },
    pack: Promise.resolve({
      index: JSON.parse(readFileSync(join(FOLDER, "pack.json"), "utf8")),
      bytes: new Uint8Array(readFileSync(join(FOLDER, "pack.bin"))),
      sources: ownSources(),
    }),
    fetchService: (service) => {
      services.push(service);
      return new Uint8Array(gunzipSync(readFileSync(join(FOLDER, "services", `${service}.bin`))));
    },
    onStep: () => {},
  });
  const sandbox = { send: identity, requests: [], naps: 0 };
  connectHost(python, {
    send: (head, body) => {
      const request = { ...head, body: new Uint8Array(body) };
      sandbox.requests.push(request);
      return sandbox.send(request);
    },
    nap: () => {
      sandbox.naps += 1;
      return false;
    },
  });
  const programs = new Programs(python, { readLine: () => new Uint8Array(0) });
  return { python, services, sandbox, programs, run: runner(programs) };
}

/** A function that runs a program and tells all that came out. */
function runner(programs) {
  return (program, args, { stdin = "", environment = {}, terminal = false } = {}) => {
    const parts = { stdout: [], stderr: [] };
    const exitCode = programs.run(program, {
      arguments: args,
      folder: HOME,
      environment: { ...ENVIRONMENT, ...environment },
      columns: 80,
      terminal,
      stdin: new TextEncoder().encode(stdin),
      onOutput: (stream, bytes) => parts[stream].push(bytes),
    });
    const text = (stream) => new TextDecoder().decode(concatenate(parts[stream]));
    return { stdout: text("stdout"), stderr: text("stderr"), exitCode };
  };
}
