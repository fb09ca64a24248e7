// .br and .gz beside every file, made on all cores: zlib's asynchronous functions use node's thread pool.

import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

// Measured on the pack: 9 gives 4.2 MB in 8 s, 11 would give 3.8 MB in minutes.
const BROTLI_QUALITY = 9;
const BROTLI_WINDOW_BITS = 24;
const GZIP_LEVEL = 6;

const brotliOf = promisify(brotliCompress);
export const gzipOf = promisify(gzip);

function brotli(content) {
  return brotliOf(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

/** Write `path`.br and `path`.gz. */
export async function compress(path) {
  const content = await readFile(path);
  await Promise.all([
    brotli(content).then((small) => writeFile(`${path}.br`, small)),
    gzipOf(content, { level: GZIP_LEVEL }).then((small) => writeFile(`${path}.gz`, small)),
  ]);
}
