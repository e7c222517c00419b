/**
 * How our objects look in `console.log`: one short line instead of their insides.
 *
 * Node, Deno and Bun ask for a method under this symbol; browsers ignore it.
 */
const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Makes every object with this prototype print as `show` says. */
export function inspectAs<T extends object>(prototype: T, show: (self: T) => string): void {
  Object.defineProperty(prototype, inspectSymbol, {
    value(this: T) {
      // The prototype itself has no state to show.
      return this === prototype ? Object.prototype.toString.call(this) : show(this);
    },
    configurable: true,
  });
}
