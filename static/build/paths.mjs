// Where the build reads and writes; everything is relative to the repository's root.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const STATIC = join(ROOT, "static");
export const SOURCES = join(STATIC, "src");
export const PYTHON = join(SOURCES, "python");
export const MODULES = join(ROOT, "node_modules");
export const DIST = join(STATIC, "dist");
export const SITE = join(DIST, "site");
export const RUNTIME = join(DIST, "runtime");
export const CACHE = join(DIST, "cache");

/** The site-packages folder of the project's virtual environment, whatever its Python's version. */
export function sitePackages() {
  const lib = join(ROOT, ".venv", "lib");
  const python = readdirSync(lib).find((name) => name.startsWith("python3"));
  if (!python) throw new Error(`no Python in ${lib}: run uv sync first`);
  return join(lib, python, "site-packages");
}
