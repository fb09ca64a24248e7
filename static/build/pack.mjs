// The part of the runtime that only changes with its libraries: Pyodide, the Python packages, the service data.

import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { archive } from "./archive.mjs";
import { compilePython } from "./compile.mjs";
import { compress, gzipOf } from "./compress.mjs";
import { contentsOf, filesBelow, fingerprint, write } from "./files.mjs";
import { withoutWhiteSpace } from "./json.mjs";
import { CACHE, MODULES, ROOT, sitePackages } from "./paths.mjs";
import { chooseFiles, installedVersions } from "./upstream.mjs";
import { LIBRARY_FOLDER } from "../src/shared/layout.js";

const PYODIDE_FILES = ["pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "pyodide-lock.json", "python_stdlib.zip"];
const MAKERS = ["archive", "compile", "compress", "json", "pack", "upstream"];

function read(site, path) {
  const content = readFileSync(join(site, path));
  return path.endsWith(".json") ? Buffer.from(withoutWhiteSpace(content.toString())) : content;
}

async function packFiles(site, paths) {
  const files = paths.map((path) => [path, read(site, path)]);
  const isSource = ([path]) => path.endsWith(".py");
  const compiled = await compilePython(files.filter(isSource), LIBRARY_FOLDER);
  return [...files.filter((file) => !isSource(file)), ...compiled].sort(([a], [b]) => (a < b ? -1 : 1));
}

// One gzip file per service, unpacked by the worker itself: a plain file with .br and .gz beside it would be 90 MB.
async function writeService(folder, site, service, paths) {
  const { index, bytes } = archive(paths.map((path) => [path, read(site, path)]));
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  write(join(folder, "services", `${service}.bin`), await gzipOf(Buffer.concat([length, head, bytes])));
}

async function makePack(folder, site) {
  const { packed, lazy } = chooseFiles(site);
  const { index, bytes } = archive(await packFiles(site, packed));
  write(join(folder, "pack.bin"), bytes);
  write(join(folder, "pack.json"), JSON.stringify({ files: index, services: Object.fromEntries(lazy) }));
  for (const name of PYODIDE_FILES) write(join(folder, name), readFileSync(join(MODULES, "pyodide", name)));
  const plain = filesBelow(folder).map((name) => join(folder, name));
  await Promise.all([
    ...plain.map(compress),
    ...[...lazy].map(([service, paths]) => writeService(folder, site, service, paths)),
  ]);
}

/**
 * Make the pack unless it is there already.
 * @returns {Promise<{folder: string, key: string}>} where it lies, and a hash of what it was made from
 */
export async function preparePack() {
  const site = sitePackages();
  const makers = MAKERS.map((name) => join(ROOT, "static", "build", `${name}.mjs`));
  const key = fingerprint([...installedVersions(site), ...contentsOf([...makers, join(MODULES, "pyodide", "package.json")])]);
  const folder = join(CACHE, `pack-${key}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`;
    rmSync(CACHE, { recursive: true, force: true });
    await makePack(unfinished, site);
    renameSync(unfinished, folder);
  }
  return { folder, key };
}
