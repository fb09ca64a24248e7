/**
 * JSON text without the white space between its tokens. Numbers stay as they were written: botocore's models hold
 * some that a JavaScript number cannot.
 * @param {string} text
 */
export function withoutWhiteSpace(text) {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
}
