//! The schema of each value that a request or an answer can hold.
//!
//! JSON Schema counts characters where the rules count bytes: a path of many characters beyond ASCII can be allowed
//! here and refused there. Everything else is the rule itself.

use sandbox_core::assumptions::{
    DEFAULT_EXEC_TIMEOUT_MS, MAX_PATH_BYTES, MAX_PATH_PART_BYTES, MAX_TERMINAL_SIDE, MIN_TIMEOUT_MS, REGIONS,
    RESERVED_MOUNT_PATHS, RESERVED_MOUNT_TREES, SANDBOX_ID_DIGITS, TERMINAL_ID_DIGITS,
};
use sandbox_core::documented::{
    DEFAULT_REGION, DEFAULT_SIZE_GB, DEFAULT_TIMEOUT_MS, MAX_EXEC_TIMEOUT_MS, MAX_LIFETIME_MS, MAX_SIZE_GB,
    MAX_VOLUME_NAME_LENGTH, MIN_SIZE_GB,
};
use sandbox_core::{ImageRef, TerminalShell};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Schema};

/// Keywords of JSON Schema that the builders have no method for.
pub(crate) fn keywords<const N: usize>(pairs: [(&str, Value); N]) -> Option<Extensions> {
    Some(Extensions::from_iter(pairs))
}

pub(crate) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(crate) fn boolean() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean)
}

pub(crate) fn integer() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}

/// A number of things, bytes or milliseconds.
pub(crate) fn count() -> ObjectBuilder {
    integer().minimum(Some(0))
}

pub(crate) fn moment() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

pub(crate) fn one_of<'a>(values: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    text().enum_values(Some(values))
}

pub(crate) fn or_null(builder: ObjectBuilder) -> ObjectBuilder {
    builder.schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
}

pub(crate) fn bytes() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue)
}

pub(crate) fn sandbox_id() -> ObjectBuilder {
    text().pattern(Some(format!("^[0-9a-f]{{{SANDBOX_ID_DIGITS}}}$")))
}

pub(crate) fn terminal_id() -> ObjectBuilder {
    text().pattern(Some(format!("^[0-9a-f]{{{TERMINAL_ID_DIGITS}}}$")))
}

pub(crate) fn terminal_shell() -> ObjectBuilder {
    one_of(TerminalShell::ALL.map(TerminalShell::as_str))
}

/// Columns or rows of a terminal.
pub(crate) fn terminal_side() -> ObjectBuilder {
    integer().minimum(Some(1)).maximum(Some(MAX_TERMINAL_SIDE))
}

pub(crate) fn volume_name() -> ObjectBuilder {
    text().pattern(Some(format!("^[a-z0-9_]{{1,{MAX_VOLUME_NAME_LENGTH}}}$")))
}

pub(crate) fn region() -> ObjectBuilder {
    one_of(REGIONS).description(Some(format!("{DEFAULT_REGION} unless told otherwise.")))
}

pub(crate) fn image() -> ObjectBuilder {
    text()
        .pattern(Some(ImageRef::PATTERN))
        .extensions(keywords([("not", json!({ "pattern": ImageRef::NAME_TOO_LONG_PATTERN }))]))
        .examples(["node:20"])
}

pub(crate) fn size_gb() -> ObjectBuilder {
    integer().minimum(Some(MIN_SIZE_GB)).maximum(Some(MAX_SIZE_GB))
}

pub(crate) fn size_to_choose() -> ObjectBuilder {
    size_gb().default(Some(DEFAULT_SIZE_GB.into()))
}

pub(crate) fn sandbox_timeout() -> ObjectBuilder {
    milliseconds(MAX_LIFETIME_MS)
}

pub(crate) fn sandbox_timeout_to_choose() -> ObjectBuilder {
    sandbox_timeout().default(Some(DEFAULT_TIMEOUT_MS.into()))
}

pub(crate) fn exec_timeout() -> ObjectBuilder {
    milliseconds(MAX_EXEC_TIMEOUT_MS).default(Some(DEFAULT_EXEC_TIMEOUT_MS.into()))
}

fn milliseconds(max: u64) -> ObjectBuilder {
    integer().minimum(Some(MIN_TIMEOUT_MS as f64)).maximum(Some(max as f64))
}

/// An absolute path; each part, and the whole, no longer than a filesystem takes, which counts the NUL after it.
pub(crate) fn file_path() -> ObjectBuilder {
    text().pattern(Some(path_pattern())).max_length(Some(MAX_PATH_BYTES - 1))
}

fn path_pattern() -> String {
    format!("^(/[^/\\u0000]{{0,{MAX_PATH_PART_BYTES}}})+$")
}

/// A path as a volume's mount point. What it must not be is written for every form of a path: `//proc`, `/./proc`.
pub(crate) fn mount_path() -> Schema {
    let names = |paths: &[&str]| {
        let names: Vec<&str> =
            paths.iter().map(|path| path.trim_start_matches('/')).filter(|n| !n.is_empty()).collect();
        names.join("|")
    };
    let (trees, paths) = (names(&RESERVED_MOUNT_TREES), names(&RESERVED_MOUNT_PATHS));
    let refused = format!("/\\.\\.(/|$)|^/(\\.?/)*({trees})(/|$)|^/(\\.?/)*(\\.?|({paths})(/\\.?)*)$");
    file_path()
        .max_length(Some(MAX_PATH_BYTES))
        .extensions(keywords([("not", json!({ "pattern": refused }))]))
        .build()
        .into()
}

/// Variables by name.
pub(crate) fn environment() -> ObjectBuilder {
    let name: Schema = text().pattern(Some("^[^=\\u0000]+$")).build().into();
    ObjectBuilder::new().property_names(Some(name)).additional_properties(Some(without_nul()))
}

pub(crate) fn without_nul() -> ObjectBuilder {
    text().pattern(Some("^[^\\u0000]*$"))
}

/// An object with these fields, all of which are there, and no others.
pub(crate) fn exactly<const N: usize>(fields: [(&str, RefOr<Schema>); N]) -> ObjectBuilder {
    fields.into_iter().fold(closed(), |object, (name, schema)| object.property(name, schema).required(name))
}

/// An object without other fields than those that are added to it.
pub(crate) fn closed() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}
