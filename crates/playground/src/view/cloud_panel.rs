//! The cloud beside the code: its volumes, its sandboxes, and the files in both.

use leptos::prelude::*;

use super::files::Files;
use super::sandboxes::SandboxList;
use super::volumes::VolumeList;

#[component]
pub(crate) fn CloudPanel() -> impl IntoView {
    view! {
        <aside class="cloud" aria-label="Your cloud">
            <VolumeList />
            <SandboxList />
            <Files />
        </aside>
    }
}
