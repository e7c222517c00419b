//! The files: what lies in the volume and stays, what lies in the sandbox and goes with it, and their contents.

use leptos::prelude::*;

use super::cloud;
use super::dynamic::{Line, Part, flag, line, lines, nothing, part, part_when, press, text};
use super::icons::{Icon, icon};
use crate::bridge::FileView;
use crate::cloud::FileKind;
use crate::files::{Browser, Mount, Owner, Row, is_fresh, rows};
use crate::words::size;

pub(super) fn files() -> AnyView {
    let cloud = cloud();
    let browser = Browser::new(cloud);
    let owners = move || {
        cloud.sandboxes.with(|sandboxes| cloud.volumes.with(|volumes| Owner::all(sandboxes, volumes)))
    };
    // Keeps looking where the reader looked while that is there, else at the newest; a new one wins.
    Effect::new(move |before: Option<Vec<String>>| {
        let owners = owners();
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
        browser.look_into(untrack(owners).into_iter().find(|owner| owner.key() == key));
    };
    let options = lines(move || owners().into_iter().map(|owner| owner_line(browser, owner)).collect());
    let none = move || owners().is_empty();
    let empty = part_when(none, || {
        view! { <p class="empty">"Files of a living sandbox or of a free volume show here."</p> }.into_any()
    });
    view! {
        <section class="panel is-files" aria-labelledby="files-title">
            <h2 id="files-title">{icon(Icon::Folder)} "Files"</h2>
            {empty}
            <select aria-label="Whose files" on:change=choose hidden=flag(none)>
                {options}
            </select>
            {part(move || browser.owner.get().map_or_else(nothing, |owner| trees(browser, owner)))}
            {content(browser)}
        </section>
    }
    .into_any()
}

fn owner_line(browser: Browser, owner: Owner) -> Line {
    line(owner.key(), move || {
        let key = owner.key();
        let name = match &owner {
            Owner::Sandbox { id, .. } => format!("Sandbox {id}"),
            Owner::Volume { name } => format!("Volume {name} (not attached)"),
        };
        let selected = flag({
            let key = key.clone();
            move || browser.owner.with(|shown| shown.as_ref().is_some_and(|shown| shown.key() == key))
        });
        view! {
            <option value=key prop:selected=selected>
                {name}
            </option>
        }
        .into_any()
    })
}

fn trees(browser: Browser, owner: Owner) -> AnyView {
    let root = || "/".to_owned();
    match owner {
        Owner::Volume { name } => {
            tree(browser, root(), None, format!("In volume {name}"), "stays until it is deleted", "is-kept")
        }
        Owner::Sandbox { mount: None, .. } => {
            tree(browser, root(), None, "In this sandbox".to_owned(), "gone when it ends", "is-fleeting")
        }
        Owner::Sandbox { mount: Some(Mount { path, volume }), .. } => {
            let title = format!("{path} · volume {volume}");
            let beside = "Only in this sandbox".to_owned();
            let kept = tree(browser, path.clone(), None, title, "stays", "is-kept");
            let fleeting = tree(browser, root(), Some(path), beside, "gone when it ends", "is-fleeting");
            vec![kept, fleeting].into_any()
        }
    }
}

/// The files below one directory, marked by their fate.
fn tree(
    browser: Browser,
    top: String,
    without: Option<String>,
    title: String,
    note: &'static str,
    fate: &'static str,
) -> AnyView {
    let label = format!("{title}, {note}");
    let is_empty = {
        let top = top.clone();
        move || browser.listings.with(|listings| listings.is_empty(&top))
    };
    let items = lines(move || {
        let rows = browser
            .listings
            .with(|listings| browser.open.with(|open| rows(listings, open, &top, without.as_deref())));
        rows.into_iter().map(|row| row_line(browser, row)).collect()
    });
    view! {
        <div class=format!("tree {fate}")>
            <p class="tree-title">
                <span>{title}</span>
                <span class="fate">{note}</span>
            </p>
            {part_when(is_empty, || view! { <p class="empty">"Empty."</p> }.into_any())}
            <ul class="rows" aria-label=label>
                {items}
            </ul>
        </div>
    }
    .into_any()
}

fn row_line(browser: Browser, row: Row) -> Line {
    let key = format!("{} {} {} {}", row.open, row.empty, row.entry.size as u64, row.entry.path);
    line(key, move || {
        let Row { entry, depth, open, empty } = row;
        let fresh = browser.owner.with_untracked(|owner| {
            owner.as_ref().is_none_or(|owner| is_fresh(&entry, owner.since(&entry.path)))
        });
        let age = if fresh { "row" } else { "row is-images" };
        let indentation = format!("--depth: {depth}");
        let path = entry.path.clone();
        if entry.kind == FileKind::Directory {
            let remark = if empty { "empty" } else { "" };
            return view! {
                <li>
                    <button
                        class=format!("{age} is-directory")
                        style=indentation
                        aria-expanded=open.to_string()
                        on:click=press(move || browser.toggle(&path))
                    >
                        {icon(Icon::Chevron)}
                        <span class="name">{entry.name + "/"}</span>
                        <span class="size">{remark}</span>
                    </button>
                </li>
            }
            .into_any();
        }
        let shown = {
            let path = path.clone();
            move || browser.shown.with(|shown| shown.as_ref().is_some_and(|(shown, _)| *shown == path))
        };
        let target = entry.target.map(|target| format!(" → {target}")).unwrap_or_default();
        view! {
            <li>
                <button
                    class=age
                    style=indentation
                    aria-current=text(move || shown().to_string())
                    on:click=press(move || browser.show(path.clone()))
                >
                    {icon(if entry.kind == FileKind::Symlink { Icon::Link } else { Icon::File })}
                    <span class="name">{entry.name + &target}</span>
                    <span class="size">{size(entry.size)}</span>
                </button>
            </li>
        }
        .into_any()
    })
}

/// The content of the chosen file.
fn content(browser: Browser) -> Part {
    part(move || {
        let Some((path, view)) = browser.shown.get() else { return nothing() };
        let label = format!("Content of {path}");
        let body = match view {
            Ok(FileView { text: Some(text), .. }) if !text.is_empty() => {
                view! { <pre tabindex="0">{text}</pre> }.into_any()
            }
            Ok(FileView { text: Some(_), .. }) => remark("An empty file.".to_owned()),
            Ok(FileView { bytes, problem, .. }) => {
                remark(format!("{} ({})", problem.unwrap_or_default(), size(bytes)))
            }
            Err(message) => remark(message),
        };
        view! {
            <div class="content" role="region" aria-label=label>
                <p class="content-head">
                    <code>{path}</code>
                    <button
                        class="button is-quiet is-icon"
                        aria-label="Close the file"
                        on:click=press(move || browser.shown.set(None))
                    >
                        {icon(Icon::Close)}
                    </button>
                </p>
                {body}
            </div>
        }
        .into_any()
    })
}

fn remark(text: String) -> AnyView {
    view! { <p class="empty">{text}</p> }.into_any()
}
