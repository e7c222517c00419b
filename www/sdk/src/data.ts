/** The shapes that calls take and give back, as the API documents them. Plain data, no behaviour. */

/** A volume to mount: its name, or its name and the size it is created with. */
export type VolumeMount =
  | string
  | {
      /** Lowercase letters, digits and underscores, at most 30 characters. */
      name: string;
      /** Size in GB (2^30 bytes), a whole number from 1 to 100. Default 1. Fixed once the volume exists. */
      sizeGb?: number;
    };

/** What a new sandbox is made of. */
export interface CreateSandboxOptions {
  /** The image by name and tag, like `node:20`. */
  image: string;
  /** Where it runs, like `iad` (the default) or `lax`. A volume can be mounted only in its own region. */
  region?: string;
  /** Milliseconds until it stops by itself. Default 600 000 (ten minutes), at most 3 600 000 (an hour). */
  timeoutMs?: number;
  /** Environment variables of everything that runs in it. */
  env?: Record<string, string>;
  /** At most one volume, by the absolute path it is mounted at. It is created on first use. */
  volumes?: Record<string, VolumeMount>;
}

/** What the API tells of a sandbox. */
export interface SandboxData {
  /** 14 hexadecimal digits. */
  id: string;
  /** A name for people. */
  name: string;
  /** `started` while it runs, `stopped` once its time is up. */
  state: "started" | "stopped" | (string & {});
  /** The region it runs in. */
  region: string;
  /** The image as it was asked for. */
  image: string;
  /** When it was created, ISO 8601. */
  createdAt: string;
  /** When it stops by itself, ISO 8601. */
  stopAt: string;
  /** The host of a port's public address, with `{{PORT}}` in it; null where there is none. */
  publicAccessUrlTemplate: string | null;
}

/** When a sandbox stops, after its timeout was set. */
export interface SandboxTimeout {
  /** The sandbox's id. */
  id: string;
  /** When it stops by itself, ISO 8601. */
  stopAt: string;
}

/** How a command is run. */
export interface ExecOptions {
  /** Return at once and let it run on; what it prints goes where the command redirects it. Default false. */
  background?: boolean;
  /** Milliseconds until it is ended (exit code 124), from 1 to 60 000. Default 60 000. */
  timeoutMs?: number;
  /** Environment variables for this command; they win over the sandbox's. */
  env?: Record<string, string>;
  /** The directory it runs in. Relative paths start at `sandbox.cwd()`, else at `/`. */
  cwd?: string;
  /** Called with each piece of standard output while the command runs. */
  onStdout?: (text: string) => void;
  /** Called with each piece of standard error while the command runs. */
  onStderr?: (text: string) => void;
  /** Gives up waiting: the call rejects with the signal's reason, and the command runs on until `timeoutMs`. */
  signal?: AbortSignal;
}

/** How a command ended. A non-zero exit code is no error of the call. */
export interface ExecResult {
  /** What it wrote to standard output. */
  stdout: string;
  /** What it wrote to standard error. */
  stderr: string;
  /** Its exit code: 0 for success, 124 when it was ended at `timeoutMs`, 127 for an unknown command. */
  exitCode: number;
  /** Whether the exit code is 0. */
  success: boolean;
}

/** What a terminal is opened with. */
export interface TerminalOptions {
  /** What runs in it. Default `bash`. Which of them there are depends on the image: all have `bash` and `sh`. */
  shell?: "bash" | "zsh" | "fish" | "sh";
  /** The directory it starts in. Relative paths start at `sandbox.cwd()`, else at `/`. */
  cwd?: string;
  /** Its width in characters, from 1 to 1,000. Default 80. */
  cols?: number;
  /** Its height in lines, from 1 to 1,000. Default 24. */
  rows?: number;
}

/** What the API tells of a terminal. */
export interface TerminalData {
  /** Its id. Who knows it may connect. */
  id: string;
  /** The id of its sandbox, with which it ends. */
  sandboxId: string;
  /** What runs in it. */
  shell: "bash" | "zsh" | "fish" | "sh";
  /** `running` until its shell exits. */
  status: "running" | (string & {});
  /** When it was opened, ISO 8601. */
  createdAt: string;
}

/** A terminal that was opened. */
export interface OpenedTerminal {
  /** The terminal. */
  terminal: TerminalData;
  /**
   * The address of its WebSocket, for `backend.connect(wsUrl)`, or for `new WebSocket(wsUrl)` against a server. Text
   * frames carry JSON. To the terminal: `{ type: "input", data }` and `{ type: "resize", cols, rows }`; binary frames are
   * keys as they are. From it: `{ type: "output", data }`, `{ type: "exit", code }`, `{ type: "error", code, message,
   * details }`.
   */
  wsUrl: string;
}

/** Where a relative path of a file call starts. */
export interface PathOptions {
  /** The directory that a relative path starts at. Default: `sandbox.cwd()`, else `/`. */
  cwd?: string;
}

/** What became of a write. */
export interface WriteResult {
  /** How many bytes the file has now. */
  bytesWritten: number;
  /** The absolute path that was written. */
  path: string;
}

/** A file, directory or symlink. */
export interface FileInfo {
  /** The last part of its path. */
  name: string;
  /** Its absolute path. */
  path: string;
  /** What it is; a symlink is not followed. */
  type: "file" | "directory" | "symlink" | "fifo" | "device";
  /** Its size in bytes. */
  size: number;
  /** Its permission bits in octal, like `0644`. */
  mode: string;
  /** When its content last changed, ISO 8601. */
  modifiedAt: string;
  /** Where a symlink points. */
  target?: string;
}

/** What a new volume is made of. */
export interface CreateVolumeOptions {
  /** Lowercase letters, digits and underscores, at most 30 characters. */
  name: string;
  /** Size in GB (2^30 bytes), a whole number from 1 to 100. Default 1. */
  sizeGb?: number;
  /** Where it lives. Default `iad`. */
  region?: string;
}

/** What the API tells of a volume. */
export interface VolumeData {
  /** Its name, unique in the cloud. */
  name: string;
  /** Its fixed size in GB (2^30 bytes). */
  sizeGb: number;
  /** The region it lives in. */
  region: string;
  /** When it was created, ISO 8601. */
  createdAt: string;
  /** The id of the sandbox that has it mounted, else null. */
  attachedTo: string | null;
  /** Where that sandbox has it mounted, else null. */
  mountPath: string | null;
  /** How many bytes its files take. */
  usedBytes: number;
}

/** Something that happened in the cloud. Which fields there are depends on `type`. */
export interface CloudEvent {
  /** `sandbox.created`, `sandbox.killed`, `volume.attached`, `files.changed`, … */
  type: string;
  /** When it happened, ISO 8601. */
  at: string;
  [field: string]: unknown;
}
