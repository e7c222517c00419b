//! The bodies of requests and answers, by the names under which operations refer to them.

use sandbox_core::assumptions::{FIELD_FIELD, REASON_FIELD};
use sandbox_core::documented::{
    DEFAULT_TERMINAL_COLS, DEFAULT_TERMINAL_ROWS, MAX_FILE_SIZE, MAX_VOLUMES_PER_SANDBOX, PORT_PLACEHOLDER,
};
use sandbox_core::{EVENT_TYPES, MAX_ADVANCE_MS, TerminalShell};
use utoipa::openapi::schema::{AllOf, ArrayBuilder, ObjectBuilder, OneOf, SchemaFormat};
use utoipa::openapi::{Ref, RefOr, Schema};

use crate::values::{
    boolean, closed, count, environment, exactly, exec_timeout, file_path, image, integer, moment,
    mount_path, one_of, or_null, region, sandbox_id, sandbox_timeout, sandbox_timeout_to_choose, size_gb,
    size_to_choose, terminal_id, terminal_shell, terminal_side, text, volume_name, without_nul,
};

pub(crate) const ERROR: &str = "Error";

/// A reference to one of [`all`].
pub(crate) fn named(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// Every schema with a name.
pub(crate) fn all() -> Vec<(String, RefOr<Schema>)> {
    [
        (ERROR, error()),
        ("CreateSandbox", create_sandbox().into()),
        ("SetTimeout", exactly([("timeoutMs", sandbox_timeout().into())]).into()),
        ("Exec", exec().into()),
        ("OpenTerminal", open_terminal().into()),
        ("CreateVolume", create_volume().into()),
        ("MakeDirectory", make_directory().into()),
        ("Rename", moved().into()),
        ("AdvanceClock", advance_clock().into()),
        ("Region", region().into()),
        ("Sandbox", sandbox().into()),
        ("StopsAt", exactly([("id", sandbox_id().into()), ("stopAt", moment().into())]).into()),
        ("ExecResult", exec_result().into()),
        ("Terminal", terminal().into()),
        ("Volume", volume().into()),
        ("File", file().into()),
        ("Event", event().into()),
        ("Info", info().into()),
    ]
    .into_iter()
    .map(|(name, schema): (&str, RefOr<Schema>)| (name.to_owned(), schema))
    .collect()
}

/// What every failure has; operations say which codes and reasons are theirs.
fn error() -> RefOr<Schema> {
    let details = ObjectBuilder::new()
        .property(REASON_FIELD, text().description(Some("For programs; never renamed.")))
        .property(FIELD_FIELD, text().description(Some("The part of the request that was wrong.")))
        .required(REASON_FIELD);
    exactly([("code", integer().into()), ("message", text().into()), ("details", details.into())]).into()
}

/// The error with this status, for one of these reasons.
pub(crate) fn error_of(status: u16, reasons: &[&str]) -> Schema {
    let details = ObjectBuilder::new().property(REASON_FIELD, one_of(reasons.iter().copied()));
    // `const` by its older name: a list of one.
    let narrowed = ObjectBuilder::new()
        .property("code", integer().enum_values(Some([status])))
        .property("details", details);
    let mut both = AllOf::new();
    both.items = vec![named(ERROR), narrowed.into()];
    both.into()
}

fn create_sandbox() -> ObjectBuilder {
    let by_name = volume_name();
    let by_name_and_size =
        closed().property("name", volume_name()).property("sizeGb", size_gb()).required("name");
    let mut volume = OneOf::new();
    volume.items = vec![by_name.into(), by_name_and_size.into()];
    let volumes = ObjectBuilder::new()
        .property_names(Some(mount_path()))
        .additional_properties(Some(RefOr::T(Schema::from(volume))))
        .max_properties(Some(MAX_VOLUMES_PER_SANDBOX))
        .description(Some("Volumes by mount path; each is created on first use."));
    closed()
        .property("image", image())
        .property("region", named("Region"))
        .property("timeoutMs", sandbox_timeout_to_choose())
        .property("env", environment())
        .property("volumes", volumes)
        .required("image")
}

fn exec() -> ObjectBuilder {
    let script = without_nul().min_length(Some(1)).description(Some("A script for `/bin/sh -c`."));
    let argv = ArrayBuilder::new()
        .prefix_items([Schema::from(without_nul().min_length(Some(1)).build())])
        .items(RefOr::T(Schema::from(without_nul().build())))
        .min_items(Some(1))
        .description(Some("A program and its arguments, which no shell reads."));
    let mut command = OneOf::new();
    command.items = vec![script.into(), argv.into()];
    let options = closed()
        .property("background", boolean().default(Some(false.into())))
        .property("timeoutMs", exec_timeout())
        .property("env", environment())
        .property("cwd", file_path());
    closed()
        .property("command", RefOr::T(Schema::from(command)))
        .property("options", options)
        .required("command")
}

fn open_terminal() -> ObjectBuilder {
    closed()
        .property("shell", terminal_shell().default(Some(TerminalShell::default().as_str().into())))
        .property("cwd", file_path())
        .property("cols", terminal_side().default(Some(DEFAULT_TERMINAL_COLS.into())))
        .property("rows", terminal_side().default(Some(DEFAULT_TERMINAL_ROWS.into())))
}

fn terminal() -> ObjectBuilder {
    exactly([
        ("id", terminal_id().into()),
        ("sandboxId", sandbox_id().into()),
        ("shell", terminal_shell().into()),
        ("status", one_of(["running"]).into()),
        ("createdAt", moment().into()),
    ])
}

/// A terminal that was opened, and the address of its socket.
pub(crate) fn opened_terminal() -> ObjectBuilder {
    let address = text().format(Some(SchemaFormat::Custom("uri".to_owned())));
    exactly([("terminal", named("Terminal")), ("wsUrl", address.into())])
}

fn create_volume() -> ObjectBuilder {
    closed()
        .property("name", volume_name())
        .property("sizeGb", size_to_choose())
        .property("region", named("Region"))
        .required("name")
}

fn make_directory() -> ObjectBuilder {
    closed()
        .property("path", file_path())
        .property("recursive", boolean().default(Some(false.into())))
        .required("path")
}

fn moved() -> ObjectBuilder {
    exactly([("from", file_path().into()), ("to", file_path().into())])
}

fn advance_clock() -> ObjectBuilder {
    exactly([("advanceMs", count().maximum(Some(MAX_ADVANCE_MS as f64)).into())])
}

fn sandbox() -> ObjectBuilder {
    let template = text().description(Some(format!("A host with {PORT_PLACEHOLDER} in it.")));
    exactly([
        ("id", sandbox_id().into()),
        ("name", text().into()),
        ("state", one_of(["started", "stopped"]).into()),
        ("region", named("Region")),
        ("image", text().into()),
        ("createdAt", moment().into()),
        ("stopAt", moment().into()),
        ("publicAccessUrlTemplate", template.into()),
    ])
}

fn exec_result() -> ObjectBuilder {
    exactly([
        ("stdout", text().into()),
        ("stderr", text().into()),
        ("exitCode", integer().into()),
        ("success", boolean().into()),
    ])
}

fn volume() -> ObjectBuilder {
    exactly([
        ("name", volume_name().into()),
        ("sizeGb", size_gb().into()),
        ("region", named("Region")),
        ("createdAt", moment().into()),
        ("attachedTo", or_null(sandbox_id()).into()),
        ("mountPath", or_null(text()).into()),
        ("usedBytes", count().into()),
    ])
}

fn file() -> ObjectBuilder {
    exactly([
        ("name", text().into()),
        ("path", text().into()),
        ("type", one_of(["file", "directory", "symlink", "fifo", "device"]).into()),
        ("size", count().into()),
        ("mode", text().pattern(Some("^[0-7]{4}$")).into()),
        ("modifiedAt", moment().into()),
    ])
    .property("target", text().description(Some("Of a symbolic link.")))
}

fn event() -> ObjectBuilder {
    ObjectBuilder::new()
        .property("type", one_of(EVENT_TYPES))
        .property("at", moment())
        .required("type")
        .required("at")
}

fn info() -> ObjectBuilder {
    exactly([
        ("storage", one_of(["memory", "indexeddb", "folder"]).into()),
        ("durable", boolean().into()),
        ("version", text().into()),
        ("epoch", count().into()),
        ("clock", one_of(["system", "virtual"]).into()),
        ("now", moment().into()),
        ("processesLost", boolean().into()),
    ])
}

/// One server-sent event; `data` is JSON.
pub(crate) fn sent_event(names: &[&str], data: &str) -> ObjectBuilder {
    let message = exactly([("data", text().description(Some(data)).into())]);
    match names {
        [] => message,
        _ => message.property("event", one_of(names.iter().copied())).required("event"),
    }
}

/// The answer to a write.
pub(crate) fn written() -> ObjectBuilder {
    exactly([("bytesWritten", count().maximum(Some(MAX_FILE_SIZE as f64)).into()), ("path", text().into())])
}

/// Any object.
pub(crate) fn any_object() -> ObjectBuilder {
    ObjectBuilder::new()
}

/// A list under one name.
pub(crate) fn list_of(name: &str, item: &str) -> ObjectBuilder {
    exactly([(name, ArrayBuilder::new().items(named(item)).into())])
}

/// One thing under its name.
pub(crate) fn one(name: &str, item: &str) -> ObjectBuilder {
    exactly([(name, named(item))])
}
