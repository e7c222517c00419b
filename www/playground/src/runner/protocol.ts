/**
 * What page, frame and worker say to each other.
 *
 * The reader's code runs in a worker inside a sandboxed frame of opaque origin. Two ports lead out of there:
 * one carries requests to the engine and their answers, the other tells what the run does.
 */

import type { Program } from "../code/prepare";

/** Page → frame, with the two ports: the engine's first, the report's second. */
export interface StartMessage {
  readonly kind: "start";
  readonly workerSource: string;
  readonly program: Program;
  /** How the program is called in stack traces. */
  readonly fileName: string;
}

/** Page → frame: end the worker, whatever it does. */
export interface StopMessage {
  readonly kind: "stop";
}

/** Frame → worker, with the same two ports. */
export interface WorkerStart {
  readonly kind: "start";
  readonly program: Program;
  readonly fileName: string;
}

/** Worker → frame: where does the program, which the browser would not parse, go wrong? Answered once. */
export interface LocateQuestion {
  readonly kind: "locate";
}

/** Frame → worker: a place in the program's text (not the reader's), where the browser told one. */
export interface LocateAnswer {
  readonly kind: "located";
  readonly line?: number;
  readonly column?: number;
}

/** Worker → page over the engine's port. */
export type EngineMessage =
  | {
      kind: "request";
      id: number;
      method: string;
      path: string;
      headers: [string, string][];
      body?: Uint8Array;
      /** The call of the reader's that asks, as its reports name it. */
      call?: number;
    }
  /** The reader's code wants the next piece of a streamed body. */
  | { kind: "pull"; id: number }
  /** It wants no more of it, or gave up on the request. */
  | { kind: "cancel"; id: number };

/** Page → worker over the engine's port. */
export type AnswerMessage =
  | {
      kind: "answer";
      id: number;
      status: number;
      headers: [string, string][];
      body?: Uint8Array;
      streaming: boolean;
    }
  | { kind: "piece"; id: number; bytes: Uint8Array }
  | { kind: "end"; id: number }
  /** No answer will come: the engine is gone or broke off. */
  | { kind: "broken"; id: number; message: string };

/** A place in the reader's code, from 1. Absent where the stack does not tell. */
export interface At {
  readonly line?: number;
  readonly column?: number;
}

/** An error as it is shown. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  /** The API's stable reason and status, where it is an error of the SDK's. */
  readonly reason?: string;
  readonly status?: number;
}

/** How an exec ended. */
export interface ExecReport {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Worker → page over the report port: what the run does, in order. */
export type Report =
  /** `background`: an exec that starts what nobody waits for, so that its exit code tells nothing of that. */
  | ({ kind: "call"; id: number; label: string; args: string; background?: boolean } & At)
  /** `value` is empty where the call has nothing to give. */
  | { kind: "returned"; id: number; value: string; exec?: ExecReport; ms: number }
  | { kind: "failed"; id: number; error: ErrorReport; ms: number }
  /** The error of a call went no further: the code caught it. */
  | { kind: "caught"; id: number }
  | ({ kind: "print"; stream: "stdout" | "stderr"; text: string } & At)
  /** An error nobody caught; `call` names the SDK call it came from. */
  | ({ kind: "uncaught"; error: ErrorReport; stack: string; call?: number } & At)
  /** A call whose promise nothing waited for. */
  | { kind: "forgotten"; id: number }
  /** What a command had written when the run ended under it. */
  | ({ kind: "cut"; id: number } & Omit<ExecReport, "exitCode">)
  /** Calls and lines of output beyond what is shown, and how many of them were commands that failed. */
  | { kind: "dropped"; count: number; failed: number }
  /** `closed`: the code ended its own worker. */
  | { kind: "done"; ok: boolean; closed?: boolean };
