// Compile Python sources with the very Python that will run them.

import { loadPyodide } from "pyodide";

const COMPILE = `
import compileall, pathlib, py_compile, os
compileall.compile_dir(
    root, quiet=1, legacy=True, workers=1,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
`;

/**
 * @param {[string, Uint8Array][]} files - Python sources by path relative to `root`
 * @param {string} root - the folder in which they will lie in the browser
 * @returns {Promise<[string, Uint8Array][]>} the compiled files; sources that do not compile are passed on as they are
 */
export async function compilePython(files, root) {
  const python = await loadPyodide();
  const { FS } = python;
  for (const [path, content] of files) {
    const full = `${root}/${path}`;
    FS.mkdirTree(full.slice(0, full.lastIndexOf("/")));
    FS.writeFile(full, content);
  }
  python.globals.set("root", root);
  python.runPython(COMPILE);
  return files.map(([path, content]) => {
    const compiled = FS.analyzePath(`${root}/${path}c`);
    return compiled.exists ? [`${path}c`, Buffer.from(FS.readFile(`${root}/${path}c`))] : [path, content];
  });
}
