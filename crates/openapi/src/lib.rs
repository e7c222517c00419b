//! The OpenAPI document of the REST API, made from the rules themselves: limits, regions, defaults and patterns are
//! `sandbox-core`'s constants, the errors of each operation are rows of its table.
//!
//! [`document`] is the whole; [`to_json`] the text that is checked in as `docs/openapi.json` and served. Operations
//! stand in `operations/`, one file per resource; `schemas.rs` has the bodies of requests and answers, `values.rs` the
//! schema of each value in them, `errors.rs` the failures.
//!
//! Invariants: no number, region or reason is written here that core knows; nothing of the product depends on this
//! crate, it makes a file.

mod errors;
mod operations;
mod schemas;
mod values;

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, SecurityRequirement, Server,
};

/// The name under which the operations ask for the key.
const BEARER: &str = "bearer";

/// Where the API is, on whatever host it is served.
const BASE: &str = "/api/v1";

/// The document.
pub fn document() -> OpenApi {
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("Asked for only where the option `apiKey` sets one."))
        .build();
    let paths = operations::all();
    let mut components = Components::new();
    components.add_security_scheme(BEARER, SecurityScheme::Http(key));
    components.schemas.extend(schemas::all());
    components.responses.extend(errors::responses().filter(|(name, _)| is_used(name, &paths)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("simplesandbox-mock")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "A stand-in for a cloud of code sandboxes. What is tagged `service` is the service's documented \
                     API, the rest are extensions of the stand-in.",
                ))
                .build(),
        )
        .servers(Some([Server::new(BASE)]))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .components(Some(components))
        .paths(paths)
        .build()
}

/// The document as it is checked in: compact, since it is part of the engine that a page loads.
///
/// # Errors
/// Never in practice: every value in it has a JSON form.
pub fn to_json() -> Result<String, serde_json::Error> {
    document().to_json().map(|text| text + "\n")
}

/// Whether an operation refers to this answer.
fn is_used(response: &str, paths: &Paths) -> bool {
    let wanted = RefOr::Ref(Ref::from_response_name(response));
    paths
        .paths
        .values()
        .flat_map(|item| [&item.get, &item.put, &item.post, &item.delete, &item.patch])
        .flatten()
        .any(|operation| operation.responses.responses.values().any(|answer| *answer == wanted))
}
