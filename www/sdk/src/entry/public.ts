/// <reference lib="esnext.disposable" preserve="true" />
/** What every entry of the package exports beside its own `Sandbox`. */
export { SandboxApiError, type SandboxApiErrorFields, FileSizeError } from "../errors.js";
export type { SandboxClient, SandboxOptions, Sandboxes } from "../client.js";
export type { SandboxInstance } from "../sandbox.js";
export type { Files } from "../files.js";
export type { Terminals } from "../terminals.js";
export type { Volumes } from "../volumes.js";
export type { Backend, BackendDoor, BackendInfo, BackendOptions, EngineProgress } from "../backend.js";
export type * from "../data.js";
