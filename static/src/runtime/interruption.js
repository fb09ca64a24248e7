// Ctrl-C for the shell. A busy loop of the shell never gives way to messages, so its abort signal looks at the
// shared memory each time it is asked.

const abortedOf = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted").get;

/**
 * @param {() => boolean} isInterrupted
 * @returns {{signal: AbortSignal, abort: () => void}}
 */
export function createInterruption(isInterrupted) {
  const controller = new AbortController();
  const { signal } = controller;
  Object.defineProperty(signal, "aborted", {
    get() {
      if (!abortedOf.call(signal) && isInterrupted()) controller.abort();
      return abortedOf.call(signal);
    },
  });
  return { signal, abort: () => controller.abort() };
}
