//! Images: what a reference such as `node:20` stands for.
//!
//! An image is a distribution and, on top of it, perhaps a language or a database: files, programs and
//! environment. Each is built once and shared by every sandbox made from it.

mod base;
mod distributions;
mod families;
mod programs;
mod reference;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sandbox_fs::Base;

use crate::programs::Commands;
use distributions::{DISTRIBUTIONS, Distribution, release};
use families::{Family, Variant, variant};
use programs::{Program, programs};
use reference::Reference;

/// The distribution of every image that is not known.
const PLAIN: (&str, &str) = ("debian", "12");

/// What a sandbox is made from. Cloning shares everything.
#[derive(Clone)]
pub struct Image {
    layers: Arc<Layers>,
    emulated: bool,
}

/// One built image.
struct Layers {
    family: &'static str,
    version: String,
    os_release: String,
    env: BTreeMap<String, String>,
    programs: Vec<Program>,
    base: Arc<Base>,
    commands: Arc<Commands>,
}

/// Everything that makes two references the same image.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    family: Family,
    version: &'static str,
    distribution: &'static str,
    release: &'static str,
    slim: bool,
}

static BUILT: LazyLock<Mutex<HashMap<Key, Arc<Layers>>>> = LazyLock::new(Mutex::default);

impl Image {
    /// The image that `reference` names. One that is not known gets a plain Debian and
    /// [`emulated`](Self::emulated) says no.
    pub fn resolve(reference: &str) -> Self {
        let reference = Reference::parse(reference);
        let known = reference.official.and_then(|name| known_variant(name, reference.tag));
        let emulated = known.is_some();
        let variant = known.unwrap_or_else(plain_variant);
        let key = Key {
            family: variant.family,
            version: variant.version,
            distribution: variant.distribution.id,
            release: variant.distribution.version,
            slim: variant.slim,
        };
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let layers = built.entry(key).or_insert_with(|| Arc::new(Layers::build(&variant)));
        Self { layers: Arc::clone(layers), emulated }
    }

    /// References of known images, for hints at the nearest one: every family with its short tags.
    pub fn known() -> Vec<String> {
        let mut known = Vec::new();
        for family in [Family::Node, Family::Python, Family::Postgres] {
            known.push(family.name().to_owned());
            for (version, _) in family.versions() {
                let digits = if family == Family::Python { 2 } else { 1 };
                let tag: Vec<_> = version.split('.').take(digits).collect();
                known.push(format!("{}:{}", family.name(), tag.join(".")));
            }
        }
        for release in DISTRIBUTIONS {
            if !known.iter().any(|name| name == release.id) {
                known.push(release.id.to_owned());
            }
            if !release.version.is_empty() {
                known.push(format!("{}:{}", release.id, release.version));
            }
        }
        known
    }

    /// `node`, `python`, `postgres`, or the distribution's name for a plain image.
    pub fn family(&self) -> &str {
        self.layers.family
    }

    /// Full version of what the image is named for.
    pub fn version(&self) -> &str {
        &self.layers.version
    }

    /// Whether the reference named an image that is known here.
    pub fn emulated(&self) -> bool {
        self.emulated
    }

    /// Text of `/etc/os-release`.
    pub fn os_release(&self) -> &str {
        &self.layers.os_release
    }

    /// The image's environment.
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.layers.env
    }

    /// Where commands run that ask for no directory.
    pub fn workdir(&self) -> &str {
        "/"
    }

    /// Names of the programs, sorted.
    pub fn programs(&self) -> impl Iterator<Item = &str> {
        self.layers.programs.iter().map(|program| program.name.as_str())
    }

    /// The files, as an immutable layer.
    pub fn base(&self) -> &Arc<Base> {
        &self.layers.base
    }

    /// What the files of the programs stand for.
    pub(crate) fn commands(&self) -> &Arc<Commands> {
        &self.layers.commands
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Image").field("family", &self.family()).field("version", &self.version()).finish()
    }
}

fn known_variant(name: &str, tag: &str) -> Option<Variant> {
    variant(name, tag).or_else(|| {
        // `bookworm-slim`, `noble-20250910`, `12`: a plain image's tag begins with its release.
        let (tag, slim) =
            tag.split_once('-').map_or((tag, false), |(tag, rest)| (tag, rest.contains("slim")));
        Some(plain(release(name, tag)?, slim))
    })
}

fn plain(distribution: &'static Distribution, slim: bool) -> Variant {
    Variant { family: Family::Plain, version: distribution.version, manager: "", distribution, slim }
}

fn plain_variant() -> Variant {
    plain(release(PLAIN.0, PLAIN.1).unwrap_or(&DISTRIBUTIONS[0]), false)
}

impl Layers {
    fn build(variant: &Variant) -> Self {
        let programs = programs(variant.family, variant.version, variant.distribution.flavour, variant.slim);
        let names = programs.iter().map(|program| program.name.as_str());
        let commands = Arc::new(Commands::for_image(names, variant.manager));
        Self {
            family: match variant.family {
                Family::Plain => variant.distribution.id,
                family => family.name(),
            },
            version: variant.version.to_owned(),
            os_release: variant.distribution.os_release(),
            env: environment(variant),
            base: base::build(variant, &programs),
            programs,
            commands,
        }
    }
}

fn environment(variant: &Variant) -> BTreeMap<String, String> {
    const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let major = variant.version.split('.').next().unwrap_or_default();
    let pairs: Vec<(&str, String)> = match variant.family {
        Family::Plain => vec![("PATH", PATH.into())],
        Family::Node => vec![
            ("PATH", PATH.into()),
            ("NODE_VERSION", variant.version.into()),
            ("YARN_VERSION", "1.22.22".into()),
        ],
        Family::Python => vec![
            ("PATH", format!("/usr/local/bin:{PATH}")),
            ("LANG", "C.UTF-8".into()),
            ("PYTHON_VERSION", variant.version.into()),
        ],
        Family::Postgres => vec![
            ("PATH", format!("{PATH}:/usr/lib/postgresql/{major}/bin")),
            ("LANG", "en_US.utf8".into()),
            ("PG_MAJOR", major.into()),
            ("PG_VERSION", format!("{}-1.pgdg120+1", variant.version)),
            ("PGDATA", "/var/lib/postgresql/data".into()),
        ],
    };
    let mut env: BTreeMap<String, String> =
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    env.insert("HOME".into(), "/root".into());
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_images() {
        let node = Image::resolve("node:20");
        assert_eq!((node.family(), node.version(), node.emulated()), ("node", "20.19.5", true));
        assert_eq!(node.env()["NODE_VERSION"], "20.19.5");
        let ubuntu = Image::resolve("ubuntu:22.04");
        assert_eq!((ubuntu.family(), ubuntu.version()), ("ubuntu", "22.04"));
        let other = Image::resolve("ghcr.io/acme/tool:1");
        assert_eq!((other.family(), other.emulated()), ("debian", false));
    }

    #[test]
    fn an_image_is_built_once() {
        let (a, b) = (Image::resolve("node:20"), Image::resolve("docker.io/library/node:20"));
        assert!(Arc::ptr_eq(&a.layers, &b.layers));
    }

    #[test]
    fn every_known_name_is_emulated() {
        for name in Image::known() {
            assert!(Image::resolve(&name).emulated(), "{name}");
        }
    }
}
