// The page's copy of the learner's files: the worker can be ended at any time, and they must survive it.

/** Files as they were after the last command. */
export class SavedFiles {
  constructor() {
    this.files = new Map();
  }

  /** @param {import("../runtime/learner-files.js").Change[]} changes */
  apply(changes) {
    for (const change of changes) {
      if (change.kind === "gone") this.files.delete(change.path);
      else this.files.set(change.path, change);
    }
  }

  /** All of them, folders before what is in them; undefined before the first command. */
  all() {
    if (this.files.size === 0) return undefined;
    return [...this.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
