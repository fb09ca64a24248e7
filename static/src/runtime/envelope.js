// AWS requests travel inside POST requests to our own server: an envelope keeps the address, every header and the
// spelling of both, which the browser would otherwise change, and the signature with them.

import { frame, unframe } from "../shared/frame.js";
import { requestSync } from "./sync-request.js";

export const ENVELOPE_TYPE = "application/x-entrypoint-envelope";
const HTTP_OK = 200;

/**
 * A function that sends AWS requests.
 * @param {{url: string, environment: string, onCall: (call: {status: number, host: string}) => void,
 *   post?: typeof requestSync}} options
 * @returns {(head: {method: string, url: string, headers: [string, string][]}, body: Uint8Array) =>
 *   {error: string, head: any, body: Uint8Array}} `error` is empty when there was an answer of whatever status
 */
export function createEnvelopeTransport({ url, environment, onCall, post = requestSync }) {
  return (head, body) => {
    const host = new URL(head.url).host;
    try {
      const { status, bytes } = post("POST", url, { type: ENVELOPE_TYPE, body: frame({ ...head, environment }, body) });
      if (status !== HTTP_OK) return failure(`the sandbox answered with HTTP ${status}`);
      const answer = unframe(bytes);
      onCall({ status: answer.head.status, host });
      return { error: "", ...answer };
    } catch (error) {
      return failure(`the sandbox cannot be reached (${error.message})`);
    }
  };
}

function failure(error) {
  return { error, head: null, body: new Uint8Array(0) };
}
