/** What of the API the reader's code does not reach: threat F3 in this folder's README. */

import type { AnswerMessage } from "./protocol";

/** Saves, replaces or empties the whole cloud, also what other programs left there: the page's buttons alone do that. */
const WHOLE_CLOUD = /^\/api\/v1\/_mock\/state(\/|$)/i;

const REFUSAL = {
  code: 403,
  message: "Code in the playground cannot save, replace or empty the whole cloud: the page's own buttons do.",
  details: { reason: "not_from_the_reader" },
};

/** Whether the reader's code must not ask for this path, which a URL has normalised already. */
export function isBarred(pathname: string): boolean {
  try {
    return WHOLE_CLOUD.test(decodeURIComponent(pathname).replace(/\/{2,}/g, "/"));
  } catch {
    return false; // No readable text: the engine refuses it.
  }
}

/** What a request for a barred path is answered. */
export function refusal(id: number): AnswerMessage {
  return {
    kind: "answer",
    id,
    status: REFUSAL.code,
    headers: [["content-type", "application/json"]],
    body: new TextEncoder().encode(JSON.stringify(REFUSAL)),
    streaming: false,
  };
}
