/** How a path of a call becomes the absolute path that the API wants. */

/**
 * The absolute form of `path`, seen from `cwd`, seen from `base`. `.` and doubled slashes go, and `..` at the root, which
 * is the root; any other `..` stays, because what it means depends on symlinks that only the filesystem knows.
 */
export function absolutePath(path: string, cwd: string | undefined, base: string | undefined): string {
  if (path.startsWith("/")) {
    return tidy(path);
  }
  const from = cwd === undefined ? (base ?? "/") : absolutePath(cwd, undefined, base);
  return tidy(`${from}/${path}`);
}

function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part !== "" && part !== "." && !(part === ".." && parts.length === 0)) {
      parts.push(part);
    }
  }
  return `/${parts.join("/")}`;
}

/** The directory that a shell's `cd` goes to: there `..` drops the name before it, whatever symlinks there are. */
export function changedDirectory(path: string, current: string | undefined): string {
  const parts: string[] = [];
  for (const part of absolutePath(path, undefined, current).split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "") {
      parts.push(part);
    }
  }
  return `/${parts.join("/")}`;
}
