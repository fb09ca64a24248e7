// Small things done to files and folders.

import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** All files below a folder, as sorted relative paths with forward slashes. */
export function filesBelow(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  return names.sort();
}

/** Write a file and the folders above it. */
export function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Give every file of one folder a second name in another, without copying its bytes. */
export function linkAll(from, to) {
  for (const name of filesBelow(from)) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    linkSync(join(from, name), join(to, name));
  }
}

/** A short SHA-256 of texts and bytes, in order. */
export function fingerprint(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Names and contents of files, for a fingerprint; what does not exist counts as absent. */
export function contentsOf(paths) {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return [path, "absent"];
    if (!found.isDirectory()) return [path, readFileSync(path)];
    return contentsOf(filesBelow(path).map((name) => join(path, name)));
  });
}
