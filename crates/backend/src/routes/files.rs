//! `…/files` of a sandbox and of a detached volume: raw bytes, list, stat, mkdir, rename, remove.

use axum::extract::{FromRequestParts, State};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use bytes::Bytes;
use http::request::Parts;
use http::{StatusCode, header};
use sandbox_core::documented::MAX_FILE_SIZE;
use sandbox_core::{Error, MkdirRequest, RenameRequest, parse_json};
use sandbox_fs::{Errno, FsError, Kind, Namespace, Stat};
use sandbox_shell::Host;
use serde_json::{Value, json};

use super::extract::{FileQuery, Named};
use super::{Answer, Route, Shared};
use crate::error::{Failure, from_fs};
use crate::{iso, json};

/// The mode of a directory that a request makes, as `mkdir` has it with the usual umask.
const DIRECTORY_MODE: u32 = 0o755;

/// What programs find there is the system's: devices, and what is made when it is read.
const KERNEL_PATHS: [&str; 3] = ["/dev", "/proc", "/sys"];

/// The files that a route speaks of.
struct Files {
    namespace: Namespace,
    owner: Owner,
}

#[derive(Clone, Copy)]
enum Owner {
    Sandbox,
    Volume,
}

pub(crate) fn of_sandbox(path: &str) -> Vec<Route> {
    routes(path, Owner::Sandbox)
}

pub(crate) fn of_volume(path: &str) -> Vec<Route> {
    routes(path, Owner::Volume)
}

fn routes(path: &str, owner: Owner) -> Vec<Route> {
    let at = |rest: &str, methods: MethodRouter<Shared>| {
        (format!("{path}{rest}"), methods.layer(axum::Extension(owner)))
    };
    vec![
        at("", get(read).put(write).delete(remove)),
        at("/list", get(list)),
        at("/stat", get(stat)),
        at("/mkdir", post(mkdir)),
        at("/rename", post(rename)),
    ]
}

impl FromRequestParts<Shared> for Files {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, Failure> {
        let Named(name) = <Named as FromRequestParts<Shared>>::from_request_parts(parts, service).await?;
        let cloud = service.cloud();
        let owner = parts.extensions.get::<Owner>().copied().unwrap_or(Owner::Sandbox);
        let namespace = match owner {
            Owner::Volume => cloud.detached_files(&name)?,
            Owner::Sandbox => cloud.sandbox(&name)?.namespace.clone(),
        };
        Ok(Files { namespace, owner })
    }
}

impl Files {
    /// The files, to change what is at these paths, each with the field that names it.
    fn to_change(&self, paths: &[(&'static str, &str)]) -> Result<&Namespace, Failure> {
        if matches!(self.owner, Owner::Volume) {
            return Ok(&self.namespace);
        }
        let is_below = |path: &str, top: &str| {
            path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for (field, path) in paths {
            let resolved = resolved(&self.namespace, path);
            if KERNEL_PATHS.iter().any(|top| is_below(&resolved, top)) {
                return Err(from_fs(field, &Errno::EACCES.at(*path)).into());
            }
        }
        Ok(&self.namespace)
    }
}

/// The path with its links followed, as far as it exists.
fn resolved(files: &Namespace, path: &str) -> String {
    let path = path.trim_end_matches('/');
    let mut existing = path;
    while !existing.is_empty() {
        if let Ok(real) = files.canonicalize(existing) {
            return format!("{}{}", real.trim_end_matches('/'), &path[existing.len()..]);
        }
        existing = existing.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    path.to_owned()
}

async fn read(Files { namespace: files, .. }: Files, query: FileQuery) -> Answer {
    let path = query.path.as_str();
    let size = files.stat(path).map_err(of_path)?.size;
    if size > MAX_FILE_SIZE {
        return Err(Error::FileTooLarge { size, max: MAX_FILE_SIZE }.into());
    }
    let bytes = files.read(path).map_err(of_path)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

async fn write(State(service): State<Shared>, files: Files, query: FileQuery, body: Bytes) -> Answer {
    let (path, now) = (query.path.as_str(), service.world().now());
    let files = files.to_change(&[("path", path)])?;
    let parent = path.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
    // A parent that is there, of whatever kind, is for the write itself to judge.
    if !parent.is_empty() && !files.exists(parent) {
        files.mkdir_all(parent, DIRECTORY_MODE, now).map_err(of_path)?;
    }
    let size = body.len();
    files.write(path, body, now).map_err(of_path)?;
    Ok(json::ok(&json!({ "bytesWritten": size, "path": path })))
}

async fn remove(State(service): State<Shared>, files: Files, query: FileQuery) -> Answer {
    let (path, now) = (query.path.as_str(), service.world().now());
    let files = files.to_change(&[("path", path)])?;
    let stat = files.lstat(path).map_err(of_path)?;
    let removed = match (stat.kind, query.recursive) {
        (Kind::Directory, true) => files.remove_all(path, now),
        (Kind::Directory, false) => files.rmdir(path, now),
        _ => files.unlink(path, now),
    };
    removed.map_err(of_path)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn list(Files { namespace: files, .. }: Files, query: FileQuery) -> Answer {
    let directory = query.path.as_str();
    let mut entries = Vec::new();
    for entry in files.read_dir(directory).map_err(of_path)? {
        let path = format!("{}/{}", directory.trim_end_matches('/'), entry.name);
        entries.push(describe(&files, &path, &entry.name, &entry.stat).map_err(of_path)?);
    }
    Ok(json::ok(&json!({ "entries": entries })))
}

async fn stat(Files { namespace: files, .. }: Files, query: FileQuery) -> Answer {
    let path = query.path.as_str();
    let stat = files.lstat(path).map_err(of_path)?;
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    Ok(json::ok(&json!({ "stat": describe(&files, path, name, &stat).map_err(of_path)? })))
}

async fn mkdir(State(service): State<Shared>, files: Files, body: Bytes) -> Answer {
    let MkdirRequest { path, recursive } = MkdirRequest::parse(&parse_json(&body)?)?;
    let (files, now) = (files.to_change(&[("path", path.as_str())])?, service.world().now());
    let made = match recursive {
        true => files.mkdir_all(path.as_str(), DIRECTORY_MODE, now),
        false => files.mkdir(path.as_str(), DIRECTORY_MODE, now),
    };
    made.map_err(of_path)?;
    Ok(json::answer(StatusCode::CREATED, &json!({ "path": path.as_str() })))
}

async fn rename(State(service): State<Shared>, files: Files, body: Bytes) -> Answer {
    let RenameRequest { from, to } = RenameRequest::parse(&parse_json(&body)?)?;
    let files = files.to_change(&[("from", from.as_str()), ("to", to.as_str())])?;
    let renamed = files.rename(from.as_str(), to.as_str(), service.world().now());
    renamed.map_err(|error| {
        let is_of_target = error.path == to.as_str() && from != to;
        from_fs(if is_of_target { "to" } else { "from" }, &error)
    })?;
    Ok(json::ok(&json!({ "from": from.as_str(), "to": to.as_str() })))
}

fn of_path(error: FsError) -> Failure {
    from_fs("path", &error).into()
}

/// A file as the API shows it.
fn describe(files: &Namespace, path: &str, name: &str, stat: &Stat) -> Result<Value, FsError> {
    let kind = match stat.kind {
        Kind::File => "file",
        Kind::Directory => "directory",
        Kind::Symlink => "symlink",
        Kind::Fifo => "fifo",
        Kind::Device => "device",
    };
    let mut description = json!({
        "name": name,
        "path": path,
        "type": kind,
        "size": stat.size,
        "mode": format!("{:04o}", stat.mode),
        "modifiedAt": iso::from_timestamp(stat.mtime),
    });
    if stat.kind == Kind::Symlink {
        description["target"] = files.read_link(path)?.into();
    }
    Ok(description)
}
