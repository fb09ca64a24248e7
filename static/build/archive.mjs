// Many small files as one: an index of [path, offset, length] and the bytes one after the other.

/**
 * @param {[string, Uint8Array][]} files
 * @returns {{index: [string, number, number][], bytes: Uint8Array}}
 */
export function archive(files) {
  let offset = 0;
  const index = files.map(([path, content]) => {
    const entry = [path, offset, content.length];
    offset += content.length;
    return entry;
  });
  return { index, bytes: Buffer.concat(files.map(([, content]) => content)) };
}
