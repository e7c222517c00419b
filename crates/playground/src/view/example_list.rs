//! The list of examples: links in a column, or one select where there is no room.

use leptos::prelude::*;

use super::desk;
use super::dynamic::{flag, text};
use crate::examples::{EXAMPLES, Example, Group};

pub(super) fn example_list() -> AnyView {
    let links = Group::ALL.map(|group| {
        let links: Vec<AnyView> = of(group).map(|example| link(*example)).collect();
        view! {
            <section>
                <h3>{group.title()}</h3>
                <ul>{links}</ul>
            </section>
        }
        .into_any()
    });
    let options = Group::ALL.map(|group| {
        let options: Vec<AnyView> = of(group).map(|example| option(*example)).collect();
        view! { <optgroup label=group.title()>{options}</optgroup> }.into_any()
    });
    let choose = move |event| {
        let hash = format!("#{}", event_target_value(&event));
        // A fragment of the page's own address is always allowed.
        let _ = window().location().set_hash(&hash);
    };
    view! {
        <nav class="examples" aria-label="Examples">
            <h2 class="visually-hidden">"Examples"</h2>
            <div class="example-links">{links.into_iter().collect::<Vec<_>>()}</div>
            <div class="example-select">
                <label for="example">"Example"</label>
                <select id="example" on:change=choose>
                    {options.into_iter().collect::<Vec<_>>()}
                </select>
            </div>
        </nav>
    }
    .into_any()
}

fn of(group: Group) -> impl Iterator<Item = &'static Example> {
    EXAMPLES.iter().filter(move |example| example.group == group)
}

fn link(example: Example) -> AnyView {
    let desk = desk();
    let current = move || desk.example.with(|shown| shown.slug == example.slug);
    let soon = example.not_here().map(|_| {
        view! { <span class="soon" title="Needs a program that is not here yet">"soon"</span> }.into_any()
    });
    view! {
        <li>
            <a
                href=format!("#{}", example.slug)
                aria-current=text(move || (if current() { "page" } else { "false" }).to_owned())
            >
                {example.title()}
                {soon}
            </a>
        </li>
    }
    .into_any()
}

fn option(example: Example) -> AnyView {
    let desk = desk();
    let selected = flag(move || desk.example.with(|shown| shown.slug == example.slug));
    view! {
        <option value=example.slug prop:selected=selected>
            {example.title()}
        </option>
    }
    .into_any()
}
