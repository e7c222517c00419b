//! What follows signals, in few types: each type that the page's parts are made of brings its code along, and these
//! bytes count before the first paint.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// Text that follows signals.
pub(super) fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// A condition that follows signals.
pub(super) fn flag(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A part of the page that follows signals.
pub(super) type Part = Box<dyn FnMut() -> AnyView + Send>;

pub(super) fn part(of: impl FnMut() -> AnyView + Send + 'static) -> Part {
    Box::new(of)
}

/// A part that is there only under a condition.
pub(super) fn part_when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    of: impl Fn() -> AnyView + Send + 'static,
) -> Part {
    let holds = Memo::new(move |_| condition());
    part(move || if holds.get() { of() } else { nothing() })
}

pub(super) fn nothing() -> AnyView {
    ().into_any()
}

/// One item of a list that follows signals. Items of the same key are the same and keep their place in the page.
pub(super) struct Line {
    key: String,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

pub(super) fn line(key: String, view: impl FnOnce() -> AnyView + Send + 'static) -> Line {
    Line { key, view: Box::new(view) }
}

/// The items of a list; each brings its own `<li>`.
pub(super) fn lines(of: impl Fn() -> Vec<Line> + Send + Sync + 'static) -> AnyView {
    let each: Box<dyn Fn() -> Vec<Line> + Send + Sync> = Box::new(of);
    view! { <For each=each key=|line| line.key.clone() children=|line: Line| (line.view)() /> }.into_any()
}

/// What a click does.
pub(super) fn press(act: impl FnMut() + Send + 'static) -> Box<dyn FnMut(MouseEvent) + Send> {
    let mut act = act;
    Box::new(move |_| act())
}
