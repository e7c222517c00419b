/** Which errors leave a wasm instance in the middle of its work, so that it must never be called again. */

/**
 * Whether `error` is a trap of wasm, or a stack that overflowed inside it. The latter is no `WebAssembly.RuntimeError`:
 * it is a `RangeError` ("Maximum call stack size exceeded") in V8 and JavaScriptCore, and an `InternalError` ("too much
 * recursion") in SpiderMonkey. Names and messages decide, for the error may come from another realm.
 */
export function isTrap(error: unknown): error is Error {
  if (error instanceof WebAssembly.RuntimeError) {
    return true;
  }
  if (typeof error !== "object" || error === null) {
    return false;
  }
  const { name, message } = error as Partial<Error>;
  return (
    (name === "RangeError" && /^Maximum call stack size exceeded/.test(message ?? "")) ||
    (name === "InternalError" && message === "too much recursion")
  );
}
