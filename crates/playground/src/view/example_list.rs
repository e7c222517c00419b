//! The list of examples: links in a column, or one select where there is no room.

use leptos::prelude::*;

use super::desk;
use crate::examples::{EXAMPLES, Group};

#[component]
pub(crate) fn ExampleList() -> impl IntoView {
    let desk = desk();
    let groups = Group::ALL.map(|group| {
        let links = EXAMPLES.iter().filter(|example| example.group == group).map(|example| {
            let slug = example.slug;
            let current = move || desk.example.with(|shown| shown.slug == slug);
            view! {
                <li>
                    <a href=format!("#{slug}") aria-current=move || current().then_some("page")>
                        {example.title()}
                        {example.not_here().map(|_| view! {
                            <span class="soon" title="Needs a program that is not here yet">"soon"</span>
                        })}
                    </a>
                </li>
            }
        });
        view! {
            <section>
                <h3>{group.title()}</h3>
                <ul>{links.collect_view()}</ul>
            </section>
        }
    });
    let options = Group::ALL.map(|group| {
        let options = EXAMPLES.iter().filter(|example| example.group == group).map(|example| {
            let slug = example.slug;
            let selected = move || desk.example.with(|shown| shown.slug == slug);
            view! { <option value=slug selected=selected>{example.title()}</option> }
        });
        view! { <optgroup label=group.title()>{options.collect_view()}</optgroup> }
    });
    let choose = move |event| {
        let hash = format!("#{}", event_target_value(&event));
        // A fragment of the page's own address is always allowed.
        let _ = window().location().set_hash(&hash);
    };
    view! {
        <nav class="examples" aria-label="Examples">
            <h2 class="visually-hidden">"Examples"</h2>
            <div class="example-links">{groups.collect_view()}</div>
            <div class="example-select">
                <label for="example">"Example"</label>
                <select id="example" on:change=choose>
                    {options.collect_view()}
                </select>
            </div>
        </nav>
    }
}
