//! `docs/errors.md` lists every error and what each call answers on an ended sandbox, as the code has it.

mod beyond;
mod ended;
mod samples;
#[path = "../support/mod.rs"]
mod support;

use beyond::beyond_answers;
use ended::ended_sandboxes;
use samples::samples;
use sandbox_core::{CreateSandbox, ErrorKind, ShownValue};
use serde_json::json;
use support::{check_document, row};

const HEAD: &str = "\
# Errors

Every failed request is answered with `{ code, message, details }`: `code` is the HTTP status, `message` is for people,
and `details.reason` is for programs and stays the same. `details` also has `field` where one part of the request was
wrong, and mostly the broken `rule` and the `value` that broke it.

This page is checked against the code by a test; `UPDATE_DOCS=1 cargo test -p sandbox-core` writes it.

## Every error of an answer

Values in the messages are examples.

";

#[test]
fn the_document_is_what_the_code_says() {
    let mut text = HEAD.to_owned();
    text += &row(["Status", "Reason", "Message", "When"]);
    text += &row(["---", "---", "---", "---"]);
    for kind in ErrorKind::ALL {
        let messages: Vec<String> = samples(*kind).iter().map(|error| format!("`{error}`")).collect();
        let (status, reason) = (kind.status().to_string(), format!("`{}`", kind.reason()));
        text += &row([&status, &reason, &messages.join("<br>"), kind.when()]);
    }
    text += &ended_sandboxes();
    text += &beyond_answers();
    check_document("docs/errors.md", &text);
}

#[test]
fn every_sample_is_of_its_kind_and_carries_its_reason() {
    for kind in ErrorKind::ALL {
        for error in samples(*kind) {
            let body = error.to_json();
            assert_eq!(error.kind(), *kind);
            assert_eq!(body["code"], kind.status());
            assert_eq!(body["details"]["reason"], kind.reason());
            assert_eq!(body["details"].get("field").and_then(|field| field.as_str()), error.field());
        }
    }
}

#[test]
fn an_error_about_a_field_names_its_rule_and_the_value() {
    // Nothing was there to be shown, or it must not be shown, or it is too large.
    let shows_no_value = [
        ErrorKind::MissingField,
        ErrorKind::InvalidJson,
        ErrorKind::InvalidStateFile,
        ErrorKind::BodyTooLarge,
        ErrorKind::Unauthorized,
        ErrorKind::ClockNotVirtual,
    ];
    for kind in ErrorKind::ALL {
        for error in samples(*kind) {
            let details = error.details();
            assert_eq!(details.contains_key("rule"), error.field().is_some(), "{kind:?}");
            if error.field().is_some() {
                assert_eq!(details.contains_key("value"), !shows_no_value.contains(kind), "{kind:?}");
            }
        }
    }
}

#[test]
fn reasons_are_unique_and_in_snake_case() {
    let mut reasons: Vec<&str> = ErrorKind::ALL.iter().map(|kind| kind.reason()).collect();
    assert!(reasons.iter().all(|reason| reason.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')));
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), ErrorKind::ALL.len());
}

#[test]
fn long_values_do_not_make_long_errors() {
    let long = "x".repeat(1 << 20);
    for body in [
        json!({ "image": long }),
        json!({ "image": "node:20", &long: 1 }),
        json!({ "image": "node:20", "region": long }),
        json!({ "image": "node:20", "volumes": { &long: &long } }),
        json!({ "image": "node:20", "env": { &long: 1 } }),
        json!({ "image": [[long]] }),
    ] {
        let error = CreateSandbox::parse(&body).unwrap_err();
        assert!(error.to_json().to_string().len() < 2_000, "{}", error.reason());
    }
    assert!(ShownValue::from(long.as_str()).to_string().len() < 200);
}
