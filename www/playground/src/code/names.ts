/** The names that prepared code and the reader's worker agree on. */

/** The names under which code may import the SDK. */
export const SDK_NAMES: readonly string[] = ["@simplesandbox/sdk", "simplesandbox-mock"];

/** The variable of the reader's worker that holds the SDK's exports. */
export const SDK_VARIABLE = "__sdk";

/** The function that stands where `import(…)` stood: of the same length. */
export const LOAD_FUNCTION = "__load";

/** What the page says about any other module. */
export function notHere(specifier: string): string {
  return `Only "@simplesandbox/sdk" (or "simplesandbox-mock") can be imported in the playground, so "${specifier}" is not here.`;
}
