/**
 * A connection: calls of the API with their failures as errors at the caller's line.
 *
 * Everything above (sandboxes, files, volumes) asks here; everything below is transport.
 */
import { type CallSite, errorAt } from "./caller.js";
import { SandboxApiError, errorFromAnswer } from "./errors.js";
import { checkJsonable } from "./jsonable.js";
import type { Answer, Call, Transport } from "./transport.js";

/** Where a stand-in says, as URL-encoded text, that it does something differently from the service. */
const NOTICE_HEADER = "x-simplesandbox-notice";

const decoder = new TextDecoder();

export class Connection {
  readonly #transport: Transport;
  readonly #onNotice: ((text: string) => void) | undefined;

  constructor(transport: Transport, onNotice?: (text: string) => void) {
    this.#transport = transport;
    this.#onNotice = onNotice;
  }

  /** Sends a call whose answer is JSON. */
  async json<T>(site: CallSite, call: Call): Promise<T> {
    const answer = await this.send(site, call);
    try {
      return JSON.parse(decoder.decode(await answer.bytes())) as T;
    } catch (cause) {
      throw errorAt(site, notJson(answer.status, cause));
    }
  }

  /** Sends a call and gives its answer, which has a status of success; every other one is thrown. */
  async send(site: CallSite, call: Call): Promise<Answer> {
    checkJsonable(site, call.json);
    let answer: Answer;
    try {
      answer = await this.#transport(call);
    } catch (cause) {
      throw errorAt(site, noAnswer(call, cause));
    }
    if (answer.status < 200 || answer.status > 299) {
      throw errorAt(site, errorFromAnswer(answer.status, await bodyOf(answer)));
    }
    const notice = this.#onNotice && answer.header(NOTICE_HEADER);
    if (notice) {
      this.#onNotice?.(decodeURIComponent(notice));
    }
    return answer;
  }
}

/** An abort stays what it is, and so does an error that already says what is wrong; the rest is the network. */
function noAnswer(call: Call, cause: unknown): unknown {
  if (cause instanceof SandboxApiError || call.signal?.aborted) {
    return cause;
  }
  const why =
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : cause;
  return new SandboxApiError({
    status: 0,
    message: `No answer to ${call.method} ${call.path}: ${why}`,
    reason: "network_error",
    cause,
  });
}

function notJson(status: number, cause: unknown): SandboxApiError {
  const message = "The answer is not JSON: is baseUrl the address of the API, with its path?";
  return new SandboxApiError({ status, message, reason: "unexpected_answer", cause });
}

async function bodyOf(answer: Answer): Promise<unknown> {
  const text = decoder.decode(await answer.bytes());
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
