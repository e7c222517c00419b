/** Whether an exec starts something that it does not wait for: then its exit code says nothing of how that ends. */

/** What holds an `&` that starts nothing: comments, quoted text, escapes, arithmetic. */
const INERT = /'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|\$?\(\([^]*?\)\)|(?<=^|\s)#.*/gm;
/** `&` by itself: neither `&&`, nor a redirection as `2>&1`, `<&3` or `&>file`, nor `|&`, nor `;&`. */
const ALONE = /(?<![&<>|;])&(?![&>])/;

/** `args` are those of `sandbox.exec`. */
export function startsInBackground([command, options]: unknown[]): boolean {
  if ((options as { background?: unknown } | null | undefined)?.background === true) return true;
  return typeof command === "string" && ALONE.test(command.replace(INERT, "_"));
}
