//! `locale`: the settings of language and place.

use super::super::getopt::Given;
use super::super::live::say;
use super::super::text::tool::{Io, Worked};

const CATEGORIES: &[&str] = &[
    "LC_CTYPE",
    "LC_NUMERIC",
    "LC_TIME",
    "LC_COLLATE",
    "LC_MONETARY",
    "LC_MESSAGES",
    "LC_PAPER",
    "LC_NAME",
    "LC_ADDRESS",
    "LC_TELEPHONE",
    "LC_MEASUREMENT",
    "LC_IDENTIFICATION",
];

pub(in crate::programs) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let set = |name: &str| io.ctx.env.get(name).filter(|value| !value.is_empty()).cloned();
    let (all, lang) = (set("LC_ALL"), set("LANG"));
    let in_force = |category: &str| all.clone().or_else(|| set(category)).or_else(|| lang.clone());
    let mut out = String::new();
    let mut code = 0;
    match given.operands.first().map(String::as_str) {
        None => {
            let shown = lang.clone().unwrap_or_default();
            out += &format!("LANG={shown}\nLANGUAGE={}\n", set("LANGUAGE").unwrap_or_default());
            for category in CATEGORIES {
                // What was set itself stands without quotes.
                out += &match set(category).filter(|_| all.is_none()) {
                    Some(own) => format!("{category}={own}\n"),
                    None => {
                        let value = in_force(category).unwrap_or_else(|| "POSIX".to_owned());
                        format!("{category}=\"{value}\"\n")
                    }
                };
            }
            out += &format!("LC_ALL={}\n", all.clone().unwrap_or_default());
        }
        Some("-a" | "--all-locales") => out += "C\nC.utf8\nPOSIX\n",
        Some("-m" | "--charmaps") => out += "ANSI_X3.4-1968\nISO-8859-1\nUTF-8\n",
        Some(_) => {
            let is_utf8 = in_force("LC_CTYPE").is_some_and(|name| name.to_ascii_lowercase().contains("utf"));
            for name in &given.operands {
                match name.as_str() {
                    "charmap" => out += if is_utf8 { "UTF-8\n" } else { "ANSI_X3.4-1968\n" },
                    "decimal_point" => out += ".\n",
                    "thousands_sep" => out += "\n",
                    name => {
                        let problem = format!("locale: unknown name \"{name}\"\n");
                        say(&io.ctx.stderr, problem).await;
                        code = 1;
                    }
                }
            }
        }
    }
    io.out.extend_from_slice(out.as_bytes());
    Ok(code)
}
