// Requests that hold the worker until they are answered: Python cannot wait for a promise.

/**
 * @param {string} method
 * @param {string | URL} url
 * @param {{type?: string, body?: Uint8Array}} [content]
 * @returns {{status: number, bytes: Uint8Array}}
 */
export function requestSync(method, url, { type, body } = {}) {
  const request = new XMLHttpRequest();
  request.open(method, url, false);
  request.responseType = "arraybuffer";
  if (type) request.setRequestHeader("Content-Type", type);
  request.send(body ?? null);
  return { status: request.status, bytes: new Uint8Array(request.response ?? 0) };
}
