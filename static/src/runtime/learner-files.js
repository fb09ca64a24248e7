// Which of the learner's files changed, and how to put them back.

import { LEARNERS_FOLDERS } from "../shared/layout.js";

const PERMISSIONS = 0o7777;

/**
 * @typedef {{path: string, kind: "file" | "folder" | "link" | "gone", mode?: number, modified?: number,
 *   data?: Uint8Array, target?: string}} Change
 */

/** Finds out which of the learner's files changed. */
export class ChangeTracker {
  /** @param {object} FS - Emscripten's file system */
  constructor(FS) {
    this.FS = FS;
    this.known = new Map();
  }

  /** Everything that is new, different or gone since the last call, folders before what is in them.
   * @returns {Change[]} */
  changes() {
    const now = new Map();
    for (const folder of LEARNERS_FOLDERS) this.#walk(folder, now);
    const changes = [...now].filter(([path, key]) => this.known.get(path) !== key).map(([path]) => this.#read(path));
    const gone = [...this.known.keys()].filter((path) => !now.has(path)).reverse();
    this.known = now;
    return [...gone.map((path) => ({ path, kind: "gone" })), ...changes];
  }

  #walk(folder, found) {
    for (const name of this.FS.readdir(folder)) {
      if (name === "." || name === "..") continue;
      const path = `${folder}/${name}`;
      const stat = this.FS.lstat(path);
      if (this.FS.isDir(stat.mode)) {
        found.set(path, `${stat.ino}:${stat.mode}`);
        this.#walk(path, found);
      } else {
        found.set(path, `${stat.ino}:${stat.mode}:${stat.size}:${Number(stat.mtime)}:${Number(stat.ctime)}`);
      }
    }
  }

  #read(path) {
    const { mode, mtime } = this.FS.lstat(path);
    if (this.FS.isLink(mode)) return { path, kind: "link", target: this.FS.readlink(path) };
    const common = { path, mode: mode & PERMISSIONS, modified: Number(mtime) };
    if (this.FS.isDir(mode)) return { ...common, kind: "folder" };
    return { ...common, kind: "file", data: this.FS.readFile(path) };
  }
}

/**
 * Put files back, after a restart of the worker or when a lesson begins.
 * @param {object} FS
 * @param {Change[]} changes - folders before what is in them
 */
export function applyChanges(FS, changes) {
  for (const { path, kind, mode, modified, data, target } of changes) {
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    if (kind === "link") {
      FS.symlink(target, path);
      continue;
    }
    if (kind === "folder") FS.mkdirTree(path);
    else FS.writeFile(path, data);
    if (mode !== undefined) FS.chmod(path, mode);
    if (modified !== undefined) FS.utime(path, modified, modified);
  }
}
