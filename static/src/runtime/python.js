// Python with the AWS libraries, ready to run commands.

import { writePack, writeSources, placeServices } from "./library.js";
import { HOME, LEARNERS_FOLDERS, LIBRARY_FOLDER } from "../shared/layout.js";

// Names of variables by which a Python program could notice that runs are not alike.
const ENVIRONMENT = { HOME, PYTHONHASHSEED: "0" };

/**
 * Start Python.
 * @param {object} parts
 * @param {(options: object) => Promise<any>} parts.loadPyodide
 * @param {object} parts.options - further options for loadPyodide: where its files are
 * @param {Promise<{index: any, bytes: Uint8Array, sources: Record<string, string>}>} parts.pack
 * @param {(service: string) => Uint8Array} parts.fetchService
 * @param {(step: string) => void} parts.onStep - called when a step begins
 * @returns {Promise<any>} Pyodide
 */
export async function startPython({ loadPyodide, options, pack, fetchService, onStep }) {
  onStep("python");
  const python = await loadPyodide({ env: ENVIRONMENT, enableRunUntilComplete: false, ...options });
  onStep("unpack");
  const { index, bytes, sources } = await pack;
  writePack(python.FS, index.files, bytes);
  writeSources(python.FS, sources);
  placeServices(python.FS, index.services, fetchService);
  for (const folder of LEARNERS_FOLDERS) python.FS.mkdirTree(folder);
  onStep("import");
  python.globals.set("library_folder", LIBRARY_FOLDER);
  python.runPython(START);
  return python;
}

const START = `
import sys
sys.path.append(library_folder)
del library_folder
from entrypoint_runtime import start
start.install()
start.warm_up()
`;

/**
 * Give Python what its patches need of the outside.
 * @param {any} python - Pyodide
 * @param {{send: (head: object, body: Uint8Array) => object, nap: (milliseconds: number) => boolean}} host
 */
export function connectHost(python, { send, nap }) {
  python.registerJsModule("entrypoint_host", {
    send: (head, body) => {
      const answer = send(JSON.parse(head), body);
      return { ...answer, head: JSON.stringify(answer.head) };
    },
    nap,
  });
}
