//! Parts of a request: the id in the path and the parameters of the query.

use std::collections::HashMap;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Path, Query};
use http::Uri;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use sandbox_core::{Error, FilePath, Hint};

use crate::error::{Failure, invalid, missing};

/// The last variable part of the path: a sandbox's id or a volume's name, decoded.
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = <Path<String> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let unreadable = |rejection: PathRejection| Error::InvalidUrl { problem: rejection.body_text() };
        Ok(path.map(|Path(name)| Named(name)).map_err(unreadable)?)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Failure> {
        <Named as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// The query of a files route.
pub(crate) struct FileQuery {
    pub(crate) path: FilePath,
    pub(crate) recursive: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for FileQuery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let encoded = parts.uri.query().unwrap_or_default();
        // The extractor below would put replacement characters where a name is no UTF-8.
        if percent_decode_str(encoded).decode_utf8().is_err() {
            return Err(Error::InvalidUrl { problem: "the query is no UTF-8".to_owned() }.into());
        }
        type Parameters = Query<HashMap<String, String>>;
        let query = <Parameters as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let unreadable = |rejection: QueryRejection| Error::InvalidUrl { problem: rejection.body_text() };
        let Query(mut parameters) = query.map_err(unreadable)?;
        let path = parameters.remove("path").ok_or_else(|| missing("path", "an absolute path"))?;
        let recursive = match parameters.remove("recursive").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => return Err(invalid("recursive", "true or false", other).into()),
        };
        if let Some((name, value)) = parameters.iter().min() {
            let hint = Box::new(Hint::new(name, &["path", "recursive"]));
            return Err(
                Error::UnknownField { field: name.clone(), hint, value: value.as_str().into() }.into()
            );
        }
        Ok(FileQuery { path: FilePath::parse(&path)?, recursive })
    }
}

pub(crate) async fn route_not_found(uri: Uri) -> Failure {
    Failure(Error::RouteNotFound { path: uri.path().to_owned() })
}
