//! What parts stand on: tools and products, each made once a run, and remembered when it failed.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::build::{Form, engine, package, playground};
use crate::error::{Error, Result};
use crate::project;
use crate::tools::chromium::{self, Browser};
use crate::tools::{self, Tool};

/// Something that must be there before a part can run.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Need {
    Tool(Tool),
    /// The npm package, built around the engine.
    Package,
    /// The playground as a folder of files.
    Site,
}

/// All that was made so far, and how tests are to be run.
pub(crate) struct Ground {
    /// Search longer: more cases of each property, more crash points.
    pub(crate) long: bool,
    made: HashMap<Need, std::result::Result<(), String>>,
    browser: Option<Browser>,
}

impl Ground {
    pub(crate) fn new(long: bool) -> Ground {
        Ground { long, made: HashMap::new(), browser: None }
    }

    /// Makes what is needed; an error tells what is missing.
    pub(crate) fn prepare(&mut self, needs: &[Need]) -> std::result::Result<(), String> {
        needs.iter().try_for_each(|need| self.make(*need))
    }

    fn make(&mut self, need: Need) -> std::result::Result<(), String> {
        if let Some(known) = self.made.get(&need) {
            return known.clone();
        }
        let made = match need {
            Need::Tool(Tool::Chromium) => chromium::ensure()
                .map(|browser| self.browser = Some(browser))
                .map_err(|error| error.to_string()),
            Need::Tool(tool) => tools::ensure(&[tool]).map_err(|error| error.to_string()),
            Need::Package => self
                .prepare(&[
                    Need::Tool(Tool::WasmTarget),
                    Need::Tool(Tool::WasmBindgen),
                    Need::Tool(Tool::Npm),
                ])
                .and_then(|()| {
                    engine::ensure(Form::Fast).and_then(|()| package::ensure()).map_err(|e| e.to_string())
                }),
            Need::Site => self
                .prepare(&[Need::Package, Need::Tool(Tool::Trunk)])
                .and_then(|()| playground::ensure(Form::Fast).map(|_| ()).map_err(|error| error.to_string())),
        };
        self.made.insert(need, made.clone());
        made
    }

    /// The browser, for parts that need it.
    pub(crate) fn browser(&self) -> Option<&Browser> {
        self.browser.as_ref()
    }

    /// Where `Need::Site` puts the playground.
    pub(crate) fn site(&self) -> PathBuf {
        playground::folder(Form::Fast)
    }
}

/// Chromium's settings for a run without a screen, for the driver's clients that read them from a file.
pub(crate) fn webdriver_settings(browser: &Browser) -> Result<PathBuf> {
    let file = project::scratch().join("webdriver.json");
    let args = CHROMIUM_ARGS.map(|arg| format!("{arg:?}")).join(", ");
    let binary = browser.chromium.display().to_string();
    let settings = format!("{{\"goog:chromeOptions\": {{\"binary\": {binary:?}, \"args\": [{args}]}}}}\n");
    std::fs::create_dir_all(project::scratch()).map_err(Error::io(project::scratch()))?;
    std::fs::write(&file, settings).map_err(Error::io(&file))?;
    Ok(file)
}

/// Nothing that calls home or asks questions; no inner sandbox, which containers and root do not allow.
const CHROMIUM_ARGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
