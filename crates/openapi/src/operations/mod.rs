//! Every operation: one file per resource, put together from a few parts.

mod control;
mod files;
mod sandboxes;
mod terminals;
mod volumes;

use sandbox_core::ErrorKind;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{
    ContentBuilder, Paths, RefOr, Required, Response, ResponseBuilder, Schema, SecurityRequirement,
};

use crate::errors::with_errors;
use crate::schemas::named;

/// Every path with its operations.
pub(crate) fn all() -> Paths {
    let mut paths = Paths::new();
    let routes =
        [sandboxes::routes(), terminals::routes(), files::routes(), volumes::routes(), control::routes()];
    for route in routes.into_iter().flatten() {
        paths.add_path_operation(&route.path, vec![route.method], route.operation.build());
    }
    paths
}

/// One operation and where it is, below the base path.
struct Route {
    path: String,
    method: HttpMethod,
    operation: OperationBuilder,
}

/// An operation with its name, the tag it is sorted under, and its failures.
fn route(
    (method, path): (HttpMethod, &str),
    (tag, id, summary): (&str, &str, &str),
    errors: &[&[ErrorKind]],
) -> Route {
    let operation = OperationBuilder::new().tag(tag).operation_id(Some(id)).summary(Some(summary));
    Route { path: path.to_owned(), method, operation: with_errors(operation, errors) }
}

impl Route {
    fn parameter(mut self, parameter: Parameter) -> Self {
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// What is asked for to enter, where it is another than everywhere: any of these.
    fn securities<const N: usize>(mut self, any_of: [SecurityRequirement; N]) -> Self {
        self.operation = self.operation.securities(Some(any_of));
        self
    }

    fn body(mut self, body: RequestBody) -> Self {
        self.operation = self.operation.request_body(Some(body));
        self
    }

    fn answer(mut self, status: u16, response: ResponseBuilder) -> Self {
        let response: Response = response.build();
        self.operation = self.operation.response(status.to_string(), response);
        self
    }
}

/// A variable part of the path.
fn in_path(name: &str, schema: ObjectBuilder) -> Parameter {
    parameter(ParameterIn::Path, name, Required::True, schema)
}

fn in_header(name: &str, schema: ObjectBuilder) -> Parameter {
    parameter(ParameterIn::Header, name, Required::True, schema)
}

fn in_query(name: &str, required: Required, schema: ObjectBuilder) -> Parameter {
    parameter(ParameterIn::Query, name, required, schema)
}

fn parameter(place: ParameterIn, name: &str, required: Required, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema)).build()
}

/// A JSON body with one of the named schemas.
fn json_body(name: &str) -> RequestBody {
    body("application/json", named(name))
}

fn body(content_type: &str, schema: impl Into<RefOr<Schema>>) -> RequestBody {
    let mut body = optional_body(content_type, schema);
    body.required = Some(Required::True);
    body
}

fn optional_body(content_type: &str, schema: impl Into<RefOr<Schema>>) -> RequestBody {
    RequestBodyBuilder::new()
        .content(content_type, ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn json(description: &str, schema: impl Into<RefOr<Schema>>) -> ResponseBuilder {
    content(ResponseBuilder::new().description(description), "application/json", schema)
}

fn content(
    response: ResponseBuilder,
    content_type: &str,
    schema: impl Into<RefOr<Schema>>,
) -> ResponseBuilder {
    response.content(content_type, ContentBuilder::new().schema(Some(schema)).build())
}

fn nothing(description: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(description)
}
