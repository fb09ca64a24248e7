// static/dist/runtime/<build>/: all that the worker loads, below a name that changes whenever any of it does.

import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleWorker } from "./bundles.mjs";
import { compress } from "./compress.mjs";
import { filesBelow, fingerprint, linkAll, write } from "./files.mjs";
import { preparePack } from "./pack.mjs";
import { PYTHON, RUNTIME } from "./paths.mjs";

// Pages opened before a build keep working until the one after it.
const BUILDS_KEPT = 2;

/** Our own Python as JSON {path: source}; so little that compiling it in the browser costs nothing. */
function ownPython() {
  const files = filesBelow(PYTHON).filter((path) => path.endsWith(".py"));
  return JSON.stringify(Object.fromEntries(files.map((path) => [path, readFileSync(join(PYTHON, path), "utf8")])));
}

async function makeBuild(folder, pack, own) {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  linkAll(pack, unfinished);
  for (const [name, content] of Object.entries(own)) {
    write(join(unfinished, name), content);
    await compress(join(unfinished, name));
  }
  renameSync(unfinished, folder);
}

function removeOldBuilds() {
  const age = (name) => statSync(join(RUNTIME, name)).mtimeMs;
  const builds = readdirSync(RUNTIME, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const newestFirst = builds.map((entry) => entry.name).sort((a, b) => age(b) - age(a));
  for (const name of newestFirst.slice(BUILDS_KEPT)) rmSync(join(RUNTIME, name), { recursive: true });
}

/** Make the runtime and name it in current.json; returns the name. */
export async function buildRuntime() {
  const [pack, worker] = await Promise.all([preparePack(), bundleWorker()]);
  const own = { "worker.js": worker, "python.json": ownPython() };
  const build = fingerprint([pack.key, ...Object.values(own)]);
  if (!existsSync(join(RUNTIME, build))) await makeBuild(join(RUNTIME, build), pack.folder, own);
  write(join(RUNTIME, "current.json"), JSON.stringify({ build }));
  removeOldBuilds();
  return build;
}
