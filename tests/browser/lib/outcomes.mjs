/**
 * What each example must come to, in the page and in Node, however often and after whatever else it is run.
 * `says` is in what it prints, in this order; `page` what only the playground shows; `fails` counts commands that end
 * with a code other than 0.
 */
export const OUTCOMES = [
  {
    slug: "quick-start",
    title: "Quick start",
    says: ["node_modules", "package.json", "server.js", 'server.js still says: console.log("ready");'],
    page: ["audited 2 packages", "exit 0"],
    leaves: 1,
  },
  {
    slug: "what-survives",
    title: "What survives",
    says: [
      "Before the kill:",
      "/tmp/lost.txt",
      "/workspace/kept.txt",
      "On the volume: written by",
      "Beside the volume: Failed to read file /tmp/lost.txt",
    ],
    caught: 1,
    leaves: 1,
  },
  {
    slug: "simple-volume",
    title: "Simple volume",
    says: ["/workspace", "{ name: 'simple_volume', sizeGb: 1, region: 'iad', attached: true }"],
    leaves: 1,
  },
  {
    slug: "custom-size",
    title: "Custom size",
    says: ["10G", '400 Volume "custom_size" is 10 GB and cannot be resized'],
    caught: 1,
  },
  {
    slug: "full-workspace",
    title: "Full workspace",
    says: [
      '"git clone https://git.example.com/team/shop.git ." failed with exit code 127',
      "In the workspace: nothing, since the clone failed",
    ],
    fails: 1,
    leaves: 1,
  },
  {
    slug: "iterative-python",
    title: "Iterative Python",
    says: ["weights = [0.5, 1.5, 2.5]", "The training did not run: exit code 127"],
    fails: 2,
    leaves: 1,
  },
  {
    slug: "postgres-database",
    title: "Postgres database",
    says: [
      "The server's log:",
      "No process postgres: the server is not there",
      "The database does not answer: exit code 127",
    ],
    page: ["Started in the background: how it ends is not known here"],
    background: 1,
    fails: 2,
    leaves: 1,
  },
  {
    slug: "attachment",
    title: "One sandbox at a time",
    says: [
      'Volume "one_at_a_time" is already attached',
      "The holder is our first sandbox",
      "After the kill it is held by",
    ],
    caught: 1,
    leaves: 1,
  },
  {
    slug: "regions",
    title: "Regions",
    says: ["The sandbox runs in iad", 'Volume "regional_data" is in region iad'],
    caught: 1,
  },
  {
    slug: "naming-rules",
    title: "Naming rules",
    says: [
      "accepted: naming_rules",
      "accepted: naming_2026",
      "refused:  Naming_Rules · Volume name must be lowercase alphanumeric and underscores",
      "refused:  naming-rules",
      "refused:  naming@v2",
      "refused:  naming_naming_naming_naming_naming_",
    ],
    caught: 4,
  },
  {
    slug: "invalid-name",
    title: "Invalid name",
    says: [
      "status: 400",
      "reason: 'invalid_volume_name'",
      "Volume name must be lowercase alphanumeric and underscores",
      "Left behind: false",
    ],
    caught: 1,
  },
  {
    slug: "size-limit",
    title: "Size limit",
    says: ["status: 400", "Size must be 1-100 GB"],
    caught: 1,
  },
  {
    slug: "multiple-volumes",
    title: "Multiple volumes",
    says: ["Only one volume can be mounted per sandbox", "cache", "workspace"],
    caught: 1,
    leaves: 1,
  },
].map((outcome) => ({ fails: 0, background: 0, caught: 0, leaves: 0, page: [], ...outcome }));

/** How the playground sums a run up. */
export function verdictOf({ fails, background, caught }) {
  const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const remarks = [
    fails && `${counted(fails, "command")} failed`,
    background && `${counted(background, "command")} with unknown end`,
    caught && `${counted(caught, "error")} caught`,
  ];
  const said = remarks.filter(Boolean).join(", ");
  const word = fails ? "Ran to its end" : "Finished";
  return said ? `${word}: ${said}` : word;
}

/** Says which of `parts` is not in `text` after the ones before it; undefined where all are. */
export function missingInOrder(text, parts) {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return part;
    at = found + part.length;
  }
  return undefined;
}
