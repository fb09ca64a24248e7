// The file system of the shell is Python's: one tree, nothing to copy between the two.

import { LEARNERS_FOLDERS } from "../shared/layout.js";
import { bytesToLatin1, concatenate, latin1ToBytes } from "../shared/bytes.js";

const PERMISSIONS = 0o7777;

// Emscripten's error numbers (WASI's) and what Node's functions, whose words just-bash looks for, say.
const ERRORS = {
  2: ["EACCES", "permission denied"],
  20: ["EEXIST", "file already exists"],
  28: ["EINVAL", "invalid argument"],
  31: ["EISDIR", "illegal operation on a directory"],
  32: ["ELOOP", "too many levels of symbolic links"],
  44: ["ENOENT", "no such file or directory"],
  54: ["ENOTDIR", "not a directory"],
  55: ["ENOTEMPTY", "directory not empty"],
  63: ["EPERM", "operation not permitted"],
};

const ENCODERS = {
  utf8: (text) => new TextEncoder().encode(text),
  "utf-8": (text) => new TextEncoder().encode(text),
  binary: latin1ToBytes,
  latin1: latin1ToBytes,
};

const DECODERS = {
  utf8: (bytes) => new TextDecoder().decode(bytes),
  "utf-8": (bytes) => new TextDecoder().decode(bytes),
  binary: bytesToLatin1,
  latin1: bytesToLatin1,
};

function problem([code, words], operation, path) {
  return Object.assign(new Error(`${code}: ${words}, ${operation} '${path}'`), { code, path });
}

function encodingOf(options) {
  return (typeof options === "string" ? options : options?.encoding) ?? "utf8";
}

function toBytes(content, options) {
  return typeof content === "string" ? ENCODERS[encodingOf(options)](content) : content;
}

function isLearners(path) {
  return LEARNERS_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

/** just-bash's IFileSystem over Emscripten's file system; only the learner's folders can be written to. */
export class ShellFiles {
  /** @param {object} FS */
  constructor(FS) {
    this.FS = FS;
  }

  #try(operation, path, action) {
    try {
      return action();
    } catch (error) {
      const known = ERRORS[error.errno];
      throw known ? problem(known, operation, path) : error;
    }
  }

  #change(operation, path, action) {
    if (!isLearners(path)) throw problem(ERRORS[2], operation, path);
    return this.#try(operation, path, action);
  }

  async readFileBuffer(path) {
    return this.#try("open", path, () => {
      if (this.FS.isDir(this.FS.stat(path).mode)) throw problem(ERRORS[31], "read", path);
      return this.FS.readFile(path);
    });
  }

  async readFileBytes(path) {
    return bytesToLatin1(await this.readFileBuffer(path));
  }

  async readFile(path, options) {
    return DECODERS[encodingOf(options)](await this.readFileBuffer(path));
  }

  async writeFile(path, content, options) {
    this.#change("open", path, () => this.FS.writeFile(path, toBytes(content, options)));
  }

  async appendFile(path, content, options) {
    const before = (await this.exists(path)) ? await this.readFileBuffer(path) : new Uint8Array(0);
    await this.writeFile(path, concatenate([before, toBytes(content, options)]));
  }

  async exists(path) {
    return this.FS.analyzePath(path).exists;
  }

  async stat(path) {
    return this.#describe(this.#try("stat", path, () => this.FS.stat(path)));
  }

  async lstat(path) {
    return this.#describe(this.#try("lstat", path, () => this.FS.lstat(path)));
  }

  #describe({ mode, size, mtime, ino, dev }) {
    return {
      isFile: this.FS.isFile(mode),
      isDirectory: this.FS.isDir(mode),
      isSymbolicLink: this.FS.isLink(mode),
      mode: mode & PERMISSIONS,
      size,
      mtime: new Date(mtime),
      ino,
      dev,
    };
  }

  async mkdir(path, options) {
    if (options?.recursive && (await this.exists(path))) {
      if (!this.FS.isDir(this.FS.stat(path).mode)) throw problem(ERRORS[20], "mkdir", path);
      return;
    }
    this.#change("mkdir", path, () => (options?.recursive ? this.FS.mkdirTree(path) : this.FS.mkdir(path)));
  }

  #names(path) {
    const names = this.FS.readdir(path).filter((name) => name !== "." && name !== "..");
    return names.sort();
  }

  async readdir(path) {
    return this.#try("scandir", path, () => this.#names(path));
  }

  async readdirWithFileTypes(path) {
    return this.#try("scandir", path, () =>
      this.#names(path).map((name) => {
        const { isFile, isDirectory, isSymbolicLink } = this.#describe(this.FS.lstat(`${path}/${name}`));
        return { name, isFile, isDirectory, isSymbolicLink };
      }),
    );
  }

  async rm(path, options) {
    const found = this.#lookup(path);
    if (!found) {
      if (options?.force) return;
      throw problem(ERRORS[44], "rm", path);
    }
    this.#change("rm", path, () => this.#remove(path, found.mode, options?.recursive));
  }

  #lookup(path) {
    try {
      return this.FS.lstat(path);
    } catch {
      return undefined;
    }
  }

  #remove(path, mode, recursive) {
    if (!this.FS.isDir(mode)) return this.FS.unlink(path);
    for (const name of recursive ? this.#names(path) : []) {
      const child = `${path}/${name}`;
      this.#remove(child, this.FS.lstat(child).mode, recursive);
    }
    this.FS.rmdir(path);
  }

  async cp(source, target, options) {
    const stat = await this.stat(source);
    if (!stat.isDirectory) return this.#copyFile(source, target, stat.mode);
    if (!options?.recursive) throw problem(ERRORS[31], "cp", source);
    await this.mkdir(target, { recursive: true });
    for (const name of await this.readdir(source)) {
      await this.cp(`${source}/${name}`, `${target}/${name}`, options);
    }
  }

  async #copyFile(source, target, mode) {
    await this.writeFile(target, await this.readFileBuffer(source));
    this.FS.chmod(target, mode);
  }

  async mv(source, target) {
    this.#change("rename", source, () => this.#change("rename", target, () => this.FS.rename(source, target)));
  }

  resolvePath(base, path) {
    const parts = [];
    for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  /** Optional in the interface; just-bash walks the folders instead. */
  getAllPaths() {
    return [];
  }

  async chmod(path, mode) {
    this.#change("chmod", path, () => this.FS.chmod(path, mode));
  }

  async symlink(target, path) {
    this.#change("symlink", path, () => this.FS.symlink(target, path));
  }

  /** Emscripten's memory file system has no hard links. */
  async link(_existing, path) {
    throw problem(ERRORS[63], "link", path);
  }

  async readlink(path) {
    return this.#try("readlink", path, () => this.FS.readlink(path));
  }

  async realpath(path) {
    return this.#try("realpath", path, () => this.FS.lookupPath(path, { follow: true }).path);
  }

  async utimes(path, accessed, modified) {
    this.#change("utime", path, () => this.FS.utime(path, Number(accessed), Number(modified)));
  }
}
