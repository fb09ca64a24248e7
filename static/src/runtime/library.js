// Python's libraries in the worker's file system: the pack at once, other services' data when it is first opened.

import { unframe } from "../shared/frame.js";
import { LIBRARY_FOLDER } from "../shared/layout.js";

const READ_ONLY = 0o444;

function folderOf(path) {
  return path.slice(0, path.lastIndexOf("/"));
}

/**
 * Write the files of the pack; their bytes stay where they are in memory.
 * @param {object} FS - Emscripten's file system
 * @param {[string, number, number][]} index - path, offset, length
 * @param {Uint8Array} bytes
 */
export function writePack(FS, index, bytes) {
  const made = new Set();
  for (const [path, offset, length] of index) {
    const full = `${LIBRARY_FOLDER}/${path}`;
    makeFolder(FS, folderOf(full), made);
    FS.writeFile(full, bytes.subarray(offset, offset + length), { canOwn: true });
  }
}

/** Write our own Python sources. */
export function writeSources(FS, sources) {
  const made = new Set();
  for (const [path, text] of Object.entries(sources)) {
    const full = `${LIBRARY_FOLDER}/${path}`;
    makeFolder(FS, folderOf(full), made);
    FS.writeFile(full, text);
  }
}

function makeFolder(FS, folder, made) {
  if (made.has(folder)) return;
  FS.mkdirTree(folder);
  made.add(folder);
}

/**
 * Put empty files where the data of the other services belongs, which are filled when one of them is opened.
 * Emscripten's own lazy files would ask the server for the size of each file that botocore merely looks for.
 * @param {object} FS
 * @param {Record<string, string[]>} services - paths by service
 * @param {(service: string) => Uint8Array} fetchService - its archive, unpacked
 */
export function placeServices(FS, services, fetchService) {
  const made = new Set();
  let operations;
  for (const [service, paths] of Object.entries(services)) {
    const fill = () => fillService(FS, fetchService(service));
    for (const path of paths) {
      const full = `${LIBRARY_FOLDER}/${path}`;
      makeFolder(FS, folderOf(full), made);
      FS.close(FS.create(full, READ_ONLY));
      const { node } = FS.lookupPath(full);
      operations ??= withFillOnOpen(node.stream_ops);
      node.stream_ops = operations;
      node.fill = fill;
    }
  }
}

function withFillOnOpen(operations) {
  return {
    ...operations,
    open(stream) {
      stream.node.fill?.();
      operations.open?.(stream);
    },
  };
}

function fillService(FS, archive) {
  const { head: index, body } = unframe(archive);
  for (const [path, offset, length] of index) {
    const { node } = FS.lookupPath(`${LIBRARY_FOLDER}/${path}`);
    node.contents = body.subarray(offset, offset + length);
    node.usedBytes = length;
    node.fill = undefined;
  }
}
