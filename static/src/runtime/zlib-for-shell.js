// Stands in for node:zlib, of which just-bash imports these.

import { gunzipSync as gunzip, gzipSync as gzip } from "fflate";

const DEFAULT_LEVEL = 6;

/** Compress as node's function of this name does; other options than the level do not occur. */
export function gzipSync(data, options) {
  return gzip(data, { level: options?.level >= 0 ? options.level : DEFAULT_LEVEL });
}

export const gunzipSync = (data) => gunzip(data);

export const constants = {};
