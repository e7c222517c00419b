/** Gives engines that do not have it yet the symbol that `await using` looks for, as compilers expect it. */
if (Symbol.asyncDispose === undefined) {
  Object.defineProperty(Symbol, "asyncDispose", { value: Symbol.for("Symbol.asyncDispose") });
}
