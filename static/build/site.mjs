// static/dist/site/: scripts, style sheets and fonts of the pages.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundlePages } from "./bundles.mjs";
import { write } from "./files.mjs";
import { FONTS, fontFiles, fontFaces } from "./fonts.mjs";
import { MODULES, SITE, SOURCES, STATIC, sitePackages } from "./paths.mjs";

function copyStyles() {
  const own = join(STATIC, "css");
  if (existsSync(own)) cpSync(own, join(SITE, "css"), { recursive: true });
  const parts = [join(MODULES, "@xterm", "xterm", "css", "xterm.css"), join(SOURCES, "workbench", "terminal.css")];
  write(join(SITE, "css", "xterm.css"), parts.map((path) => readFileSync(path, "utf8")).join("\n"));
}

function copyFonts() {
  mkdirSync(join(SITE, "fonts"), { recursive: true });
  for (const { source, name } of FONTS.flatMap(fontFiles)) {
    copyFileSync(join(MODULES, source), join(SITE, "fonts", name));
  }
  write(join(SITE, "css", "fonts.css"), FONTS.map(fontFaces).join("\n"));
}

function copyHtmx() {
  const htmx = join(sitePackages(), "django_htmx", "static", "django_htmx", "htmx-2.min.js");
  mkdirSync(join(SITE, "js"), { recursive: true });
  copyFileSync(htmx, join(SITE, "js", "htmx.min.js"));
}

/** Make the folder anew. */
export async function buildSite() {
  rmSync(SITE, { recursive: true, force: true });
  copyStyles();
  copyFonts();
  copyHtmx();
  await bundlePages();
}
