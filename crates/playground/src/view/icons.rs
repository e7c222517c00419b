//! The few pictures of the page, drawn as lines in a box of 16 × 16.

use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(super) enum Icon {
    Play,
    Stop,
    Restore,
    Disk,
    Box,
    Plug,
    Folder,
    File,
    Link,
    Close,
    Chevron,
    Sweep,
    Sun,
    Moon,
    Half,
    Clock,
    Alert,
    Lock,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Play => "M5 3.2v9.6L12.6 8z",
            Icon::Stop => "M4.5 4.5h7v7h-7z",
            Icon::Restore => "M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3",
            Icon::Disk => {
                "M2.5 5c0-1.4 2.5-2.5 5.5-2.5s5.5 1.1 5.5 2.5S11 7.5 8 7.5 2.5 6.4 2.5 5zM2.5 5v6c0 1.4 2.5 2.5 5.5 2.5s5.5-1.1 5.5-2.5V5M2.5 8c0 1.4 2.5 2.5 5.5 2.5s5.5-1.1 5.5-2.5"
            }
            Icon::Box => "M8 1.8 13.6 5v6L8 14.2 2.4 11V5zM2.4 5 8 8.2 13.6 5M8 8.2v6",
            Icon::Plug => "M6 1.8v3.4M10 1.8v3.4M4 5.2h8v2.6a4 4 0 0 1-8 0zM8 11.8v2.6",
            Icon::Folder => {
                "M1.8 4.2c0-.6.4-1 1-1h3.4l1.4 1.6h5.6c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1H2.8c-.6 0-1-.4-1-1z"
            }
            Icon::File => "M4 1.8h5l3 3v9.4H4zM9 1.8v3h3",
            Icon::Link => {
                "M6.6 9.4 9.4 6.6M7 4.6l1.4-1.4a2.7 2.7 0 0 1 3.8 3.8l-1.4 1.4M9 11.4l-1.4 1.4a2.7 2.7 0 0 1-3.8-3.8l1.4-1.4"
            }
            Icon::Close => "M4 4l8 8M12 4l-8 8",
            Icon::Chevron => "M6 3.5 10.5 8 6 12.5",
            Icon::Sweep => "M3 4.5h10M6.3 4.5V2.8h3.4v1.7M4.2 4.5l.7 8.7h6.2l.7-8.7M6.8 7v4M9.2 7v4",
            Icon::Sun => {
                "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1"
            }
            Icon::Moon => "M13.2 9.6A5.8 5.8 0 0 1 6.4 2.8a5.8 5.8 0 1 0 6.8 6.8z",
            Icon::Half => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M8 5l4-1M8 8h6M8 11l4 1",
            Icon::Alert => "M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.4v.2",
            Icon::Lock => "M3.6 7.2h8.8v6.4H3.6zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2",
            Icon::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.6V8l2.4 1.6",
        }
    }
}

/// Draws it; for the eye only, so it always stands beside words or in a labelled button.
pub(super) fn icon(icon: Icon) -> AnyView {
    let class = if matches!(icon, Icon::Play | Icon::Stop) { "icon is-solid" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}
