/**
 * What the page and the engine's worker say to each other. Every question has an id, and one reply with that id. What is said
 * in one turn goes over in one message: a message costs more than most questions.
 */
import type { LineClose } from "../transport.js";
import type { EngineOptions } from "./contract.js";

/** A question of the page. */
export type Question =
  | { kind: "start"; wasm: WebAssembly.Module }
  | { kind: "open"; options: EngineOptions }
  | {
      kind: "handle";
      cloud: number;
      method: string;
      path: string;
      headers: string[];
      body: Uint8Array | undefined;
    }
  | { kind: "next"; stream: number }
  | { kind: "cancel"; stream: number }
  | { kind: "connect"; cloud: number; path: string }
  | { kind: "hear"; line: number }
  | { kind: "say"; line: number; message: string | Uint8Array }
  | { kind: "hangUp"; line: number }
  | { kind: "close"; cloud: number };

/** What each question is answered with. */
export interface Replies {
  start: void;
  open: { cloud: number };
  handle: { status: number; headers: string[]; body: Uint8Array | undefined; stream: number | undefined };
  next: Uint8Array | undefined;
  cancel: void;
  connect: { line: number };
  hear: string | LineClose;
  say: void;
  hangUp: void;
  close: void;
}

/** A failure, as it crosses over: the page makes the error of it. */
export interface Failure {
  status: number;
  reason: string;
  message: string;
}

/** A question with its id. */
export type Asked = { id: number } & Question;

/** What the worker says: a reply, or the news that the engine has crashed and answers nothing any more. */
export type Said =
  { id: number; value: Replies[keyof Replies] } | { id: number; failure: Failure } | { crashed: Failure };

/** A message of the page. */
export type ToWorker = Asked[];

/** A message of the worker. */
export type FromWorker = Said[];
