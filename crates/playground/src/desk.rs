//! The example on the table: its text as the reader has it now, and the editor that shows it.

use leptos::prelude::*;

use crate::bridge::{Editor, EditorOptions};
use crate::examples::Example;
use crate::preferences;
use crate::run::{Place, Runs};
use crate::undo::Undos;

/// The id of the text that tells how to use the editor by keyboard.
pub(crate) const EDITOR_HELP: &str = "editor-help";

/// A handle: copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) example: RwSignal<Example>,
    /// Whether the text differs from the file.
    pub(crate) edited: RwSignal<bool>,
    text: StoredValue<String>,
    editor: StoredValue<Option<Editor>, LocalStorage>,
    runs: Runs,
    undos: Undos,
}

impl Desk {
    pub(crate) fn new(runs: Runs, undos: Undos) -> Self {
        let slug = slug_in_address().or_else(preferences::open_example).unwrap_or_default();
        let example = Example::find(&slug);
        let text = text_of(example);
        Self {
            example: RwSignal::new(example),
            edited: RwSignal::new(text != example.source),
            text: StoredValue::new(text),
            editor: StoredValue::new_local(None),
            runs,
            undos,
        }
    }

    /// Puts the example that the page's address names on the table.
    pub(crate) fn follow_address(self) {
        let Some(slug) = slug_in_address() else { return };
        let example = Example::find(&slug);
        if example == self.example.get_untracked() {
            return;
        }
        self.runs.clear();
        preferences::set_open_example(example.slug);
        self.example.set(example);
        self.put(text_of(example));
    }

    /// Makes the editor in this element; it lives until [`Desk::remove_editor`].
    pub(crate) fn place_editor(self, host: &web_sys::HtmlElement) {
        let example = self.example.get_untracked();
        let options = EditorOptions {
            text: &self.text.get_value(),
            label: &label_of(example),
            described_by: EDITOR_HELP,
            on_edit: Box::new(move |text| self.keep(text)),
            on_run: Box::new(move || self.run()),
        };
        self.editor.set_value(Some(Editor::create(host, options)));
    }

    pub(crate) fn remove_editor(self) {
        self.editor.set_value(None);
    }

    pub(crate) fn with_editor(self, act: impl FnOnce(&Editor)) {
        self.editor.with_value(|editor| editor.as_ref().map(act));
    }

    /// Shows a place of the code in the editor.
    pub(crate) fn reveal(self, place: Place) {
        self.with_editor(|editor| editor.reveal(place.line, place.column));
    }

    pub(crate) fn run(self) {
        self.runs.start(self.example.get_untracked(), self.text.get_value());
    }

    /// Brings the example's own text back, and offers the reader's again.
    pub(crate) fn restore(self) {
        let example = self.example.get_untracked();
        let before = self.text.get_value();
        self.put(example.source.to_owned());
        self.keep(example.source.to_owned());
        self.undos.offer(format!("{} is back as it was.", example.title()), move || {
            if self.example.get_untracked() == example {
                self.put(before.clone());
                self.keep(before.clone());
            } else {
                preferences::set_edit(example.slug, Some(&before));
            }
        });
    }

    fn put(self, text: String) {
        let example = self.example.get_untracked();
        self.with_editor(|editor| editor.set_text(&text, &label_of(example)));
        self.edited.set(text != example.source);
        self.text.set_value(text);
    }

    /// Remembers the reader's text.
    fn keep(self, text: String) {
        let example = self.example.get_untracked();
        let edited = text != example.source;
        preferences::set_edit(example.slug, edited.then_some(text.as_str()));
        self.edited.set(edited);
        self.text.set_value(text);
    }
}

fn text_of(example: Example) -> String {
    preferences::edit(example.slug).unwrap_or_else(|| example.source.to_owned())
}

fn label_of(example: Example) -> String {
    format!("Code of the example {}", example.title())
}

/// The example that `#slug` names.
fn slug_in_address() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let slug = hash.strip_prefix('#')?;
    (!slug.is_empty()).then(|| slug.to_owned())
}
