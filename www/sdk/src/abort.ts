/** What an `AbortSignal` does to a call: nobody waits for it any more, and what it still brings is given back. */
import type { EngineAnswer } from "./transport.js";

type Signal = AbortSignal | null | undefined;

/**
 * What `ask` answers, or a rejection with the signal's reason as soon as it is aborted. Nothing is asked where it is
 * already; the stream of an answer that comes too late is cancelled, for nobody will read it.
 */
export async function unlessAborted(signal: Signal, ask: () => Promise<EngineAnswer>): Promise<EngineAnswer> {
  if (signal === undefined || signal === null) {
    return ask();
  }
  signal.throwIfAborted();
  const answer = ask();
  let unwatch: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    unwatch = onAbort(signal, () => {
      answer.then(
        ({ stream }) => stream?.cancel(),
        () => undefined,
      );
      reject(signal.reason);
    });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    unwatch();
  }
}

/** Calls `act` when the signal is aborted, at once where it is already. What it returns ends the watch. */
export function onAbort(signal: Signal, act: () => void): () => void {
  if (signal?.aborted) {
    act();
  } else {
    signal?.addEventListener("abort", act, { once: true });
  }
  return () => signal?.removeEventListener("abort", act);
}
