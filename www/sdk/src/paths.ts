/** How a path of a call becomes the absolute path that the API wants. */

/**
 * The absolute form of `path`, seen from `cwd`, seen from `base`. `.` and doubled slashes go; `..` stays, because what
 * it means depends on symlinks that only the filesystem knows.
 */
export function absolutePath(path: string, cwd: string | undefined, base: string | undefined): string {
  if (path.startsWith("/")) {
    return tidy(path);
  }
  const from = cwd === undefined ? (base ?? "/") : absolutePath(cwd, undefined, base);
  return tidy(`${from}/${path}`);
}

function tidy(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}
