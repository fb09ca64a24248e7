// npm run build: everything the browser loads, into static/dist/. Does nothing when nothing changed.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, fingerprint, write } from "./files.mjs";
import { DIST, ROOT, RUNTIME, SITE, STATIC, sitePackages } from "./paths.mjs";
import { installedVersions } from "./upstream.mjs";

const STAMP = join(DIST, "stamp");

function inputs() {
  const folders = ["src", "css", "build"].map((name) => join(STATIC, name));
  return fingerprint([...installedVersions(sitePackages()), ...contentsOf([...folders, join(ROOT, "package-lock.json")])]);
}

function isCurrent(stamp) {
  const made = [STAMP, SITE, join(RUNTIME, "current.json")];
  return made.every((path) => existsSync(path)) && readFileSync(STAMP, "utf8") === stamp;
}

async function build() {
  const started = performance.now();
  const stamp = inputs();
  if (isCurrent(stamp)) return console.log("static/dist is up to date");
  const { buildRuntime } = await import("./runtime.mjs");
  const { buildSite } = await import("./site.mjs");
  const [name] = await Promise.all([buildRuntime(), buildSite()]);
  write(STAMP, stamp);
  console.log(`static/dist made in ${((performance.now() - started) / 1000).toFixed(1)} s, runtime ${name}`);
}

await build();
