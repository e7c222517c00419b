//! The parts of the page, one file each.

mod cloud_panel;
mod dynamic;
mod editor;
mod example_list;
mod files;
mod header;
mod icons;
mod notices;
mod output;
mod sandboxes;
mod volumes;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::cloud::Cloud;
use crate::desk::Desk;
use crate::preferences;
use crate::run::Runs;
use crate::undo::Undos;

/// The whole page.
pub(crate) fn app() -> AnyView {
    let cloud = Cloud::new();
    let runs = Runs::new(cloud);
    let undos = Undos::new();
    let desk = Desk::new(runs, undos);
    provide_context(cloud);
    provide_context(runs);
    provide_context(undos);
    provide_context(desk);

    window_event_listener(leptos::ev::hashchange, move |_| desk.follow_address());
    if preferences::has_cloud() {
        spawn_local(async move {
            cloud.ensure_open().await;
        });
    }
    let skip = move |event: leptos::ev::MouseEvent| {
        // The address names the example, so the link must not change it.
        event.prevent_default();
        focus("main");
    };

    view! {
        <a class="skip-link" href="#main" on:click=skip>
            "Skip to the code"
        </a>
        {header::header()}
        // Fixed at the foot of the page, but next in the order of the keyboard.
        {notices::undo_bar()}
        <div class="columns">
            {example_list::example_list()}
            <main id="main" tabindex="-1" class="bench">
                {notices::cloud_notices()}
                {editor::bench()}
                {output::output_pane()}
            </main>
            {cloud_panel::cloud_panel()}
        </div>
    }
    .into_any()
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let element = web_sys::window().and_then(|window| window.document()?.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A page without the element has nothing to focus.
        let _ = element.focus();
    }
}

/// The context that [`app`] provides.
fn desk() -> Desk {
    expect_context()
}

fn cloud() -> Cloud {
    expect_context()
}

fn runs() -> Runs {
    expect_context()
}

fn undos() -> Undos {
    expect_context()
}
