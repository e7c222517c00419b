//! Random sequences of commands against the plain model of `support/model.rs`.
//!
//! A volume is attached to at most one sandbox, and exactly while that one is started with it mounted; an error yields
//! no event; the events give the same state again; everything survives being written and read.
//! `PROPTEST_CASES=100000 cargo test -p sandbox-core --release` runs more of them.

mod support;

use proptest::prelude::*;
use sandbox_core::{
    Command, Config, CreateSandbox, CreateVolume, Event, Ids, ImageRef, Limits, Region, RequestedMount,
    SandboxId, SandboxTimeout, SizeGb, State, UnixMillis, UnknownImages, VolumeName,
};
use support::model::{Model, ModelVolume, Phase, Wish};
use support::{DAY, MINUTE, NEW_YEAR, cases};

const VOLUMES: [&str; 3] = ["data", "my_vol", "x"];
const REGIONS: [&str; 2] = ["iad", "lax"];
const IMAGES: [(&str, bool); 2] = [("node:20", true), ("acme/tool", false)];

/// A command in which `sandbox` picks one of all that were ever created, or one that never was.
#[derive(Debug, Clone)]
enum Act {
    Create { image: usize, region: usize, timeout: u64, volume: Option<(usize, Option<u32>)> },
    Kill { sandbox: usize },
    SetTimeout { sandbox: usize, timeout: u64 },
    CreateVolume { name: usize, size: u32, region: usize },
    DeleteVolume { name: usize },
    Tick,
}

fn timeouts() -> impl Strategy<Value = u64> {
    prop_oneof![2 => 1..=2_000u64, 1 => Just(10 * MINUTE), 2 => Just(60 * MINUTE), 2 => 1..=60 * MINUTE]
}

fn acts() -> impl Strategy<Value = Act> {
    let size = || prop_oneof![Just(1u32), Just(2), Just(100)];
    prop_oneof![
        6 => (0..2usize, 0..2usize, timeouts(), prop::option::weighted(0.8, (0..3usize, prop::option::of(size()))))
            .prop_map(|(image, region, timeout, volume)| Act::Create { image, region, timeout, volume }),
        3 => (0..12usize).prop_map(|sandbox| Act::Kill { sandbox }),
        3 => (0..12usize, timeouts()).prop_map(|(sandbox, timeout)| Act::SetTimeout { sandbox, timeout }),
        1 => (0..3usize, size(), 0..2usize).prop_map(|(name, size, region)| Act::CreateVolume { name, size, region }),
        2 => (0..3usize).prop_map(|name| Act::DeleteVolume { name }),
        1 => Just(Act::Tick),
    ]
}

/// Milliseconds before a command. Thirty of them stay within one month, the first of the model's bill.
fn pauses() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0), 2 => 1..=1_000u64, 2 => 1..=60 * MINUTE, 1 => Just(10 * MINUTE), 1 => Just(DAY)]
}

fn configs() -> impl Strategy<Value = Config> {
    let limits = (prop::option::of(0..4u32), prop::option::of(0..60_000u64));
    (any::<bool>(), any::<bool>(), limits).prop_map(
        |(release_on_stop, reject, (concurrent_sandboxes, credits))| Config {
            release_on_stop,
            unknown_images: if reject { UnknownImages::Reject } else { UnknownImages::Plain },
            limits: Limits { concurrent_sandboxes, credits },
        },
    )
}

/// A poor source of randomness, which gives the same few numbers over and over.
struct Repeating(u64);

impl Ids for Repeating {
    fn next_u64(&mut self) -> u64 {
        self.0 += 1;
        self.0 % 3
    }
}

/// The sandbox that a command means.
fn picked(model: &Model, sandbox: usize) -> String {
    let position = sandbox % (model.sandboxes.len() + 1);
    model.sandboxes.get(position).map_or_else(|| "ffffffffffffff".to_owned(), |sandbox| sandbox.id.clone())
}

fn command(act: &Act, model: &Model) -> Command {
    let id = |sandbox| SandboxId::parse(&picked(model, sandbox)).unwrap();
    let timeout = |millis: u64| SandboxTimeout::try_from(millis).unwrap();
    let name = |index: usize| VolumeName::parse(VOLUMES[index]).unwrap();
    let region = |index: usize| Region::parse(REGIONS[index]).unwrap();
    match act {
        Act::Create { image, region: at, timeout: life, volume } => Command::CreateSandbox(CreateSandbox {
            image: ImageRef::parse(IMAGES[*image].0).unwrap(),
            region: region(*at),
            timeout: timeout(*life),
            env: Default::default(),
            mount: volume.map(|(index, size)| RequestedMount {
                path: "/workspace".parse().unwrap(),
                volume: name(index),
                size: size.map(|size| SizeGb::try_from(size).unwrap()),
            }),
        }),
        Act::Kill { sandbox } => Command::KillSandbox { id: id(*sandbox) },
        Act::SetTimeout { sandbox, timeout: life } => {
            Command::SetTimeout { id: id(*sandbox), timeout: timeout(*life) }
        }
        Act::CreateVolume { name: index, size, region: at } => Command::CreateVolume(CreateVolume {
            name: name(*index),
            size: SizeGb::try_from(*size).unwrap(),
            region: region(*at),
        }),
        Act::DeleteVolume { name: index } => Command::DeleteVolume { name: name(*index) },
        Act::Tick => Command::Tick,
    }
}

/// What the model says to it. A creation that is allowed is entered with the id that the real one chose.
fn judge(model: &mut Model, act: &Act, now: u64, events: Option<&[Event]>) -> Result<(), &'static str> {
    match act {
        Act::Create { image, region, timeout, volume } => {
            let wish = volume.map(|(name, size)| Wish { name: VOLUMES[name], size });
            model.create(IMAGES[*image].1, REGIONS[*region], wish, now)?;
            let created = events.into_iter().flatten().find_map(|event| match event {
                Event::SandboxCreated { id, .. } => Some(id.to_string()),
                _ => None,
            });
            model.started(created.unwrap_or_default(), REGIONS[*region], wish, now, *timeout);
            Ok(())
        }
        Act::Kill { sandbox } => model.kill(&picked(model, *sandbox), now),
        Act::SetTimeout { sandbox, timeout } => model.set_timeout(&picked(model, *sandbox), *timeout, now),
        Act::CreateVolume { name, size, region } => {
            model.create_volume(ModelVolume { name: VOLUMES[*name], size: *size, region: REGIONS[*region] })
        }
        Act::DeleteVolume { name } => model.delete_volume(VOLUMES[*name]),
        Act::Tick => Ok(()),
    }
}

/// The cloud, once everything due has happened, is the one that the model describes.
fn assert_agrees(state: &State, config: &Config, model: &Model, now: UnixMillis) {
    let mut settled = state.clone();
    for event in state.decide(&Command::Tick, config, now, &mut Repeating(0)).unwrap() {
        settled.apply(&event);
    }
    assert_eq!(settled.volumes().count(), model.volumes.len());
    for expected in &model.volumes {
        let volume = settled.volume(expected.name).unwrap();
        assert_eq!((volume.size.get(), volume.region.as_str()), (expected.size, expected.region));
        let holder = volume.attached_to.as_ref().map(|attachment| attachment.sandbox_id.as_str());
        assert_eq!(holder, model.holder(expected.name).map(|holder| holder.id.as_str()), "{}", expected.name);
        assert_eq!(settled.detached_volume(expected.name).is_ok(), holder.is_none());
    }
    let listed: Vec<_> = settled.sandboxes().map(|sandbox| (sandbox.id.as_str(), sandbox.state())).collect();
    let expected: Vec<_> = model
        .sandboxes
        .iter()
        .filter(|sandbox| sandbox.phase != Phase::Gone)
        .map(|sandbox| {
            (sandbox.id.as_str(), if sandbox.phase == Phase::Started { "started" } else { "stopped" })
        })
        .collect();
    assert_eq!(listed, expected);
    for sandbox in &model.sandboxes {
        // Asked of the cloud as it is, before anyone noticed what is due.
        assert_eq!(state.running(&sandbox.id, now).is_ok(), sandbox.phase == Phase::Started);
        assert_eq!(settled.sandbox(&sandbox.id).is_ok(), sandbox.phase != Phase::Gone);
    }
    let started = model.sandboxes.iter().filter(|sandbox| sandbox.phase == Phase::Started);
    let next_stop = started.map(|sandbox| UnixMillis(sandbox.stop_at)).min();
    assert!(settled.next_deadline().is_none_or(|deadline| deadline > now), "nothing is due any more");
    if let Some(next_stop) = next_stop {
        assert!(settled.next_deadline().is_some_and(|deadline| deadline <= next_stop));
    }
    assert_eq!(settled.credits_used(now), model.credits_used(now.0));
}

fn assert_survives_writing<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(*value, serde_json::from_str::<T>(&json).unwrap());
    let bytes = postcard::to_stdvec(value).unwrap();
    assert_eq!(*value, postcard::from_bytes::<T>(&bytes).unwrap());
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn the_cloud_does_what_the_model_says(
        config in configs(),
        steps in prop::collection::vec((pauses(), acts()), 1..30),
    ) {
        let (mut state, mut model) = (State::default(), Model::new(config));
        let (mut now, mut ids, mut journal) = (NEW_YEAR, Repeating(0), Vec::new());
        for (pause, act) in &steps {
            now = now.plus(*pause);
            model.pass(now.0);
            let command = command(act, &model);
            assert_survives_writing(&command);
            let decided = state.decide(&command, &config, now, &mut ids);
            let judged = judge(&mut model, act, now.0, decided.as_deref().ok());
            prop_assert_eq!(decided.as_ref().map(|_| ()).map_err(|error| error.reason()), judged, "{:?}", act);
            for event in decided.into_iter().flatten() {
                state.apply(&event);
                journal.push(event);
            }
            assert_agrees(&state, &config, &model, now);
        }
        let mut replayed = State::default();
        for event in &journal {
            replayed.apply(event);
            assert_survives_writing(event);
        }
        prop_assert_eq!(&replayed, &state);
        assert_survives_writing(&state);
    }
}
