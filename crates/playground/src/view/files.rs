//! The files: what lies in the volume and stays, what lies in the sandbox and goes with it, and their contents.

use leptos::prelude::*;

use super::cloud;
use super::icons::{Icon, icon};
use crate::cloud::FileKind;
use crate::files::{Browser, Mount, Owner, Row, rows};
use crate::words::size;

#[component]
pub(crate) fn Files() -> impl IntoView {
    let cloud = cloud();
    let browser = Browser::new(cloud);
    let owners = Memo::new(move |_| {
        cloud.sandboxes.with(|sandboxes| cloud.volumes.with(|volumes| Owner::all(sandboxes, volumes)))
    });
    // Keeps looking where the reader looked while that is there, else at the newest; a new one wins.
    Effect::new(move |before: Option<Vec<String>>| {
        let owners = owners.get();
        let keys: Vec<String> = owners.iter().map(Owner::key).collect();
        let fresh =
            before.and_then(|before| owners.iter().find(|owner| !before.contains(&owner.key())).cloned());
        let current = browser.owner.get_untracked().map(|owner| owner.key());
        let kept = owners.iter().find(|owner| Some(owner.key()) == current).cloned();
        browser.look_into(fresh.or(kept).or_else(|| owners.first().cloned()));
        keys
    });
    let choose = move |event| {
        let key = event_target_value(&event);
        browser.look_into(owners.get_untracked().into_iter().find(|owner| owner.key() == key));
    };
    view! {
        <section class="panel is-files" aria-labelledby="files-title">
            <h2 id="files-title">{icon(Icon::Folder)} "Files"</h2>
            <Show
                when=move || !owners.with(Vec::is_empty)
                fallback=|| view! { <p class="empty">"Files of a living sandbox or of a free volume show here."</p> }
            >
                <label class="owner">
                    <span class="visually-hidden">"Whose files"</span>
                    <select on:change=choose>
                        {move || owners.get().into_iter().map(|owner| {
                            let key = owner.key();
                            let selected = {
                                let key = key.clone();
                                move || browser.owner.with(|shown| shown.as_ref().map(Owner::key)) == Some(key.clone())
                            };
                            view! { <option value=key selected=selected>{owner_name(&owner)}</option> }
                        }).collect_view()}
                    </select>
                </label>
            </Show>
            {move || browser.owner.get().map(|owner| trees(browser, owner))}
            <Content browser=browser />
        </section>
    }
}

fn owner_name(owner: &Owner) -> String {
    match owner {
        Owner::Sandbox { id, .. } => format!("Sandbox {id}"),
        Owner::Volume { name } => format!("Volume {name} (not attached)"),
    }
}

fn trees(browser: Browser, owner: Owner) -> AnyView {
    match owner {
        Owner::Volume { name } => view! {
            <Tree browser=browser top="/".to_owned() title=format!("In volume {name}") note="stays until deleted" kept=true />
        }
        .into_any(),
        Owner::Sandbox { mount: None, .. } => view! {
            <Tree browser=browser top="/".to_owned() title="In this sandbox".to_owned() note="gone when it ends" kept=false />
        }
        .into_any(),
        Owner::Sandbox { mount: Some(Mount { path, volume }), .. } => view! {
            <Tree browser=browser top=path.clone() title=format!("{path} · volume {volume}") note="stays" kept=true />
            <Tree
                browser=browser
                top="/".to_owned()
                without=path
                title="Only in this sandbox".to_owned()
                note="gone when it ends"
                kept=false
            />
        }
        .into_any(),
    }
}

/// The files below one directory, marked by their fate.
#[component]
fn Tree(
    browser: Browser,
    top: String,
    #[prop(optional, into)] without: Option<String>,
    title: String,
    note: &'static str,
    kept: bool,
) -> impl IntoView {
    let list_label = format!("{title}, {note}");
    let shown = {
        let top = top.clone();
        Memo::new(move |_| {
            browser
                .listings
                .with(|listings| browser.open.with(|open| rows(listings, open, &top, without.as_deref())))
        })
    };
    let read = Memo::new(move |_| browser.listings.with(|listings| listings.has(&top)));
    let class = if kept { "tree is-kept" } else { "tree is-fleeting" };
    view! {
        <div class=class>
            <p class="tree-title"><span>{title}</span><span class="fate">{note}</span></p>
            <Show when=move || read.get() && shown.with(Vec::is_empty)>
                <p class="empty">"Empty."</p>
            </Show>
            <ul class="rows" aria-label=list_label>
                <For
                    each=move || shown.get()
                    key=|row| format!("{row:?}")
                    children=move |row| view! { <li>{row_view(browser, row)}</li> }
                />
            </ul>
        </div>
    }
}

fn row_view(browser: Browser, row: Row) -> impl IntoView {
    let Row { entry, depth, open, empty } = row;
    let indentation = format!("--depth: {depth}");
    let path = entry.path.clone();
    match entry.kind {
        FileKind::Directory => view! {
            <button
                class="row is-directory"
                style=indentation
                aria-expanded=open.to_string()
                on:click=move |_| browser.toggle(&path)
            >
                {icon(Icon::Chevron)} <span class="name">{entry.name}"/"</span>
                {empty.then(|| view! { <span class="size">"empty"</span> })}
            </button>
        }
        .into_any(),
        kind => {
            let current = {
                let path = path.clone();
                move || {
                    browser
                        .shown
                        .with(|shown| shown.as_ref().is_some_and(|(shown, _)| *shown == path))
                        .then_some("true")
                }
            };
            view! {
                <button class="row" style=indentation aria-current=current on:click=move |_| browser.show(path.clone())>
                    {icon(if kind == FileKind::Symlink { Icon::Link } else { Icon::File })}
                    <span class="name">{entry.name}{entry.target.map(|target| format!(" → {target}"))}</span>
                    <span class="size">{size(entry.size)}</span>
                </button>
            }
            .into_any()
        }
    }
}

/// The content of the chosen file.
#[component]
fn Content(browser: Browser) -> impl IntoView {
    move || {
        browser.shown.get().map(|(path, view)| {
            let body = match view {
                Ok(view) => match view.text {
                    Some(text) if text.is_empty() => view! { <p class="empty">"An empty file."</p> }.into_any(),
                    Some(text) => view! { <pre tabindex="0">{text}</pre> }.into_any(),
                    None => {
                        let problem = view.problem.unwrap_or_default();
                        view! { <p class="empty">{format!("{problem} ({})", size(view.bytes))}</p> }.into_any()
                    }
                },
                Err(message) => view! { <p class="empty">{message}</p> }.into_any(),
            };
            let label = format!("Content of {path}");
            view! {
                <div class="content" role="region" aria-label=label>
                    <p class="content-head">
                        <code>{path}</code>
                        <button class="button is-quiet is-icon" aria-label="Close the file" on:click=move |_| browser.shown.set(None)>
                            {icon(Icon::Close)}
                        </button>
                    </p>
                    {body}
                </div>
            }
        })
    }
}
