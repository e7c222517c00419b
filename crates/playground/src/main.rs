//! The playground: a page that runs the documented workflows in the reader's own browser.
//!
//! Leptos owns all state and everything that is seen, except the inside of the editor. What lives in JavaScript
//! (the editor, the engine's npm package, the runner) is reached through [`bridge`]. [`cloud::Cloud`] mirrors the
//! engine, [`run::Runs`] is the one run and its output, [`desk::Desk`] the example on the table; the parts of the
//! page are in [`view`].

mod bridge;
mod cloud;
mod desk;
mod examples;
mod files;
mod preferences;
mod run;
mod undo;
mod view;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(view::app);
}
