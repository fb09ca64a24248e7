// JavaScript: one file per page, one for the worker.

import { build } from "esbuild";
import { join } from "node:path";
import { SITE, SOURCES } from "./paths.mjs";

const COMMON = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/** The pages' scripts, into `folder`/js. */
export function bundlePages() {
  return build({
    ...COMMON,
    entryPoints: ["lesson", "site"].map((name) => join(SOURCES, `${name}.js`)),
    outdir: join(SITE, "js"),
  });
}

/** The worker's script as text; it imports Pyodide from the file beside it. */
export async function bundleWorker() {
  const result = await build({
    ...COMMON,
    entryPoints: [join(SOURCES, "runtime", "worker.js")],
    write: false,
    external: ["./pyodide.mjs"],
    // just-bash wants two functions of node's zlib.
    alias: { "node:zlib": join(SOURCES, "runtime", "zlib-for-shell.js") },
  });
  return result.outputFiles[0].text;
}
