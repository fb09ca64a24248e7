// Bytes as the shell passes them on: a string with one character per byte ("latin1").

const CHUNK = 8192;

/** @param {Uint8Array} bytes */
export function bytesToLatin1(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return text;
}

/** @param {string} text */
export function latin1ToBytes(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array[]} parts */
export function concatenate(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
