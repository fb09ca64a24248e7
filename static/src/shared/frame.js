// One frame: the length of a JSON text as four bytes (little-endian), the text, then any bytes.

const LENGTH_BYTES = 4;

/**
 * @param {unknown} head - becomes JSON
 * @param {Uint8Array} body
 * @returns {Uint8Array}
 */
export function frame(head, body) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const whole = new Uint8Array(LENGTH_BYTES + text.length + body.length);
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, LENGTH_BYTES);
  whole.set(body, LENGTH_BYTES + text.length);
  return whole;
}

/**
 * @param {Uint8Array} whole
 * @returns {{head: any, body: Uint8Array}} the body is a view, not a copy
 */
export function unframe(whole) {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  const start = LENGTH_BYTES + length;
  if (start > whole.length) throw new RangeError("the frame is shorter than it says");
  return { head: JSON.parse(new TextDecoder().decode(whole.subarray(LENGTH_BYTES, start))), body: whole.subarray(start) };
}
