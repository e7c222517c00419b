/**
 * The two errors that this package throws, and how an answer of the API becomes one of them.
 *
 * Both are classes of the caller's own realm: also when the engine runs in a worker, only the answer's status and
 * body cross over, and the error is made here.
 */
import { inspectAs } from "./inspect.js";

/** What a {@link SandboxApiError} is made of. */
export interface SandboxApiErrorFields {
  /** The HTTP status of the answer; 0 when no answer came. */
  status: number;
  /** The number the API gave in the body's `code`; the status where the body gave none. */
  code?: number;
  /** The message for people. */
  message: string;
  /** The stable, machine-readable name of what went wrong, in snake_case. */
  reason: string;
  /** Everything the API said about the failure: `reason`, `field` where one is to blame, and extras. */
  details?: Record<string, unknown>;
  /** What caused it, where this error stands for another (a network failure). */
  cause?: unknown;
}

/**
 * A call that the API refused, or that got no answer.
 *
 * Tell errors apart by {@link SandboxApiError.reason | reason}: it is stable, messages may be improved.
 */
export class SandboxApiError extends Error {
  /** The HTTP status of the answer (400, 401, 404, …); 0 when no answer came. */
  readonly status: number;
  /** The number in the answer's `code`; usually the status. */
  readonly code: number;
  /** Which rule was broken, in snake_case: `volume_already_attached`, `sandbox_not_found`, … */
  readonly reason: string;
  /** What else the API said: always `reason`, `field` where one field is to blame, and extras by reason. */
  readonly details: Record<string, unknown>;

  constructor(fields: SandboxApiErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.status = fields.status;
    this.code = fields.code ?? fields.status;
    this.reason = fields.reason;
    this.details = fields.details ?? { reason: fields.reason };
  }

  static {
    named(this, "SandboxApiError");
    inspectAs(
      this.prototype,
      (error) => `${error.stack} { status: ${error.status}, reason: '${error.reason}' }`,
    );
  }
}

/** A file is larger than one write may be. Thrown before anything is sent. */
export class FileSizeError extends Error {
  /** The size of the refused content, in bytes. */
  readonly size: number;
  /** The most that one write may carry, in bytes. */
  readonly maxSize: number;
  /** Always `file_too_large`, as the API itself would say. */
  readonly reason = "file_too_large";

  constructor(size: number, maxSize: number) {
    super(`File size ${size} bytes exceeds maximum allowed size`);
    this.size = size;
    this.maxSize = maxSize;
  }

  static {
    named(this, "FileSizeError");
    inspectAs(this.prototype, (error) => `${error.stack}`);
  }
}

/** Puts the name on the prototype, so that it is not printed as one more property of each error. */
function named(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, "name", { value: name, configurable: true, writable: true });
}

/**
 * The error that an answer with a failing status stands for. `body` is the parsed JSON, or text that is none.
 *
 * @internal
 */
export function errorFromAnswer(status: number, body: unknown): SandboxApiError {
  if (typeof body !== "object" || body === null) {
    const message =
      typeof body === "string" && body.trim() !== "" ? body.trim().slice(0, 500) : `HTTP ${status}`;
    return new SandboxApiError({ status, message, reason: "unexpected_answer" });
  }
  const { code, message, details } = body as { code?: unknown; message?: unknown; details?: unknown };
  const known =
    typeof details === "object" && details !== null ? (details as Record<string, unknown>) : undefined;
  return new SandboxApiError({
    status,
    code: typeof code === "number" ? code : status,
    message: typeof message === "string" ? message : `HTTP ${status}`,
    reason: typeof known?.reason === "string" ? known.reason : "unexpected_answer",
    details: known ?? { reason: "unexpected_answer" },
  });
}
