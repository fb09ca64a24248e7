// The shell's curl, let out through the sandbox's gateway only.

/**
 * @param {ReturnType<import("./envelope.js").createEnvelopeTransport>} send
 * @returns a fetch function as just-bash wants it
 */
export function createShellFetch(send) {
  return async (url, { method = "GET", headers = {}, body } = {}) => {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? new Uint8Array(0));
    const answer = send({ method, url, headers: headerPairs(headers) }, bytes);
    if (answer.error) throw new Error(answer.error);
    return {
      status: answer.head.status,
      statusText: "",
      headers: Object.fromEntries(answer.head.headers),
      body: answer.body,
      url,
    };
  };
}

function headerPairs(headers) {
  return [...(headers instanceof Headers ? headers : Object.entries(headers))];
}
