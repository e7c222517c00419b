//! The table of what each call answers on an ended sandbox, by asking.

use sandbox_core::assumptions::{MIN_TIMEOUT_MS, REMEMBERED_SANDBOXES};
use sandbox_core::{Command, Config, Error, SandboxId, SandboxTimeout};
use serde_json::json;

use crate::support::{Cloud, DAY, MINUTE, row};

const ENDED: &str = "
## Calls on a sandbox that has ended

A sandbox that is killed is gone at once. One that reaches `stopAt` stays in the list until it is deleted or a day has
passed. What ended it is told as long as it is known: of the last {remembered} that are gone.

";

type End = fn(&mut Cloud, &SandboxId);

/// How the sandbox came to its end, one column of the second table each.
const ENDS: [(&str, End); 5] = [
    ("running", |_, _| {}),
    ("killed", |cloud, id| drop(cloud.kill(id).unwrap())),
    ("reached `stopAt`", |cloud, _| drop(cloud.pass(10 * MINUTE))),
    ("reached `stopAt`, then deleted", |cloud, id| {
        cloud.pass(10 * MINUTE);
        drop(cloud.kill(id).unwrap())
    }),
    ("reached `stopAt` a day ago", |cloud, _| drop(cloud.pass(10 * MINUTE + DAY))),
];

type Call = fn(&mut Cloud, &SandboxId) -> Result<String, Error>;

const CALLS: [(&str, Call); 10] = [
    ("get", |cloud, id| Ok(format!("200, state `{}`", cloud.state.sandbox(id.as_str())?.state()))),
    ("list", |cloud, id| {
        let listed = cloud.state.sandboxes().find(|sandbox| sandbox.id == *id);
        Ok(listed.map_or("not in it".to_owned(), |sandbox| format!("in it, state `{}`", sandbox.state())))
    }),
    ("exec", |cloud, id| cloud.state.running(id.as_str(), cloud.now).map(|_| "200".to_owned())),
    ("an exec under way", |cloud, id| match cloud.state.running(id.as_str(), cloud.now) {
        Ok(_) => Ok("goes on".to_owned()),
        Err(_) => Err(cloud.state.ended_during_exec(id.as_str(), cloud.now)),
    }),
    ("terminals", |cloud, id| cloud.state.running(id.as_str(), cloud.now).map(|_| "201".to_owned())),
    ("files: every call", |cloud, id| cloud.state.running(id.as_str(), cloud.now).map(|_| "200".to_owned())),
    ("setTimeout", |cloud, id| {
        let timeout = SandboxTimeout::try_from(MIN_TIMEOUT_MS).unwrap();
        cloud.run(&Command::SetTimeout { id: id.clone(), timeout }).map(|_| "200".to_owned())
    }),
    ("kill", |cloud, id| cloud.kill(id).map(|_| "204".to_owned())),
    ("create another with its volume", |cloud, _| {
        cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).map(|_| "201".to_owned())
    }),
    (KEPT, |cloud, _| {
        cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).map(|_| "201".to_owned())
    }),
];

/// The row for clouds that are set up to keep volumes attached.
const KEPT: &str = "the same, with `releaseOnStop: false`";

pub(crate) fn ended_sandboxes() -> String {
    let mut text = ENDED.replace("{remembered}", &REMEMBERED_SANDBOXES.to_string());
    text += &row(["Call", ENDS[0].0, ENDS[1].0, ENDS[2].0, ENDS[3].0, ENDS[4].0]);
    text += &row(["---"; 6]);
    for (name, call) in CALLS {
        let answers = ENDS.map(|(_, end)| {
            let mut cloud = Cloud::new(Config { release_on_stop: name != KEPT, ..Config::default() });
            let id = cloud.create(json!({ "image": "node:20", "volumes": { "/app": "my_vol" } })).unwrap();
            end(&mut cloud, &id);
            call(&mut cloud, &id).unwrap_or_else(|error| {
                let message = error.to_string().replace(id.as_str(), "…");
                format!("{} `{}`: {message}", error.status(), error.reason())
            })
        });
        let [a, b, c, d, e] = answers.each_ref().map(String::as_str);
        text += &row([name, a, b, c, d, e]);
    }
    text
}
