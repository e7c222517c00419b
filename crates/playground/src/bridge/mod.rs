//! The JavaScript side, typed: `www/playground/src/bridge.ts` puts these functions on `globalThis.playground`.

mod editor;
mod engine;
mod object;
mod runner;

pub(crate) use editor::{Editor, EditorOptions, LineResult, Tone};
pub(crate) use engine::{EngineInfo, FileView, Refusal, SavedCloud};
pub(crate) use engine::{open, read_file, replace_state, request, save_state, watch_events};
pub(crate) use object::Object;
pub(crate) use runner::{ErrorReport, ExecReport, Report, Running, Stream, run};
