/**
 * Errors that begin at the caller's line.
 *
 * A call of the SDK fails long after it was made, in code the caller never wrote. So each public call notes where it
 * was made, and an error thrown for it carries that stack: its first frame is the caller's own line.
 */

/** Where a public call was made. Costs about a microsecond; its text is made only when an error needs it. */
export interface CallSite {
  readonly stack?: string;
}

type Method = (...args: never[]) => unknown;
type Capture = (target: object, omitUpTo?: Method) => void;

/** Notes the place that called `method`. To be called at the start of that method, before any `await`. */
export function callSite(method: Method): CallSite {
  const capture = (Error as { captureStackTrace?: Capture }).captureStackTrace;
  if (capture === undefined) {
    return new Error();
  }
  const site: CallSite = {};
  capture(site, method);
  return site;
}

/** Gives `error` the stack of the call it belongs to, and returns it. */
export function errorAt<T>(site: CallSite, error: T): T {
  if (error instanceof Error) {
    const frames = framesOf(site);
    if (frames !== "") {
      Object.defineProperty(error, "stack", {
        value: `${error.name}: ${error.message}\n${frames}`,
        configurable: true,
        writable: true,
      });
    }
  }
  return error;
}

function framesOf(site: CallSite): string {
  const stack = site.stack ?? "";
  if (site instanceof Error) {
    // Without captureStackTrace (older Firefox and Safari): drop our own two frames, callSite and the method.
    return stack.split("\n").slice(2).join("\n");
  }
  const firstFrame = stack.search(/^\s+at /m);
  return firstFrame < 0 ? "" : stack.slice(firstFrame);
}
