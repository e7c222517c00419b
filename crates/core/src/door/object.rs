//! Reading a JSON object: known fields by type, unknown ones rejected.

use std::fmt;

use serde_json::{Map, Value};

use crate::assumptions::NULL_IS_ABSENT;
use crate::errors::{Error, ShownValue, shortened};
use crate::values::{Env, EnvVar, Hint};

/// Where a value stands in a body. It is only written out when there is an error to tell.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    Body,
    Field(&'a Place<'a>, &'a str),
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Body => f.write_str("body"),
            Place::Field(Place::Body, name) => f.write_str(name),
            Place::Field(parent, name) => write!(f, "{parent}.{name}"),
            Place::Key(parent, key) => write!(f, "{parent}[{}]", ShownValue::from(*key)),
            Place::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A JSON object and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Object<'v, 'p> {
    map: &'v Map<String, Value>,
    place: &'p Place<'p>,
}

impl<'v, 'p> Object<'v, 'p> {
    /// The value as an object, with none but the known fields.
    pub(crate) fn new(
        value: &'v Value,
        place: &'p Place<'p>,
        known: &'static [&'static str],
    ) -> Result<Self, Error> {
        let map = value.as_object().ok_or_else(|| wrong_type(place, "an object", value))?;
        match map.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(Object { map, place }),
            Some((name, value)) => Err(Error::UnknownField {
                field: Place::Field(place, &shortened(name)).to_string(),
                hint: Box::new(Hint::new(name, known)),
                value: ShownValue::from(value),
            }),
        }
    }

    /// The field, where it is there.
    pub(crate) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::Null) if NULL_IS_ABSENT => Ok(None),
            Some(value) => read(value, &Place::Field(self.place, name)).map(Some),
        }
    }

    /// The field, which must be there; `rule` says what it must be.
    pub(crate) fn required<T>(
        &self,
        name: &str,
        rule: &'static str,
        read: impl FnOnce(&'v Value, &Place<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.optional(name, read)?
            .ok_or_else(|| Error::MissingField { field: Place::Field(self.place, name).to_string(), rule })
    }
}

pub(crate) fn wrong_type(place: &Place<'_>, rule: &'static str, value: &Value) -> Error {
    Error::InvalidType { field: place.to_string(), rule, value: ShownValue::from(value) }
}

pub(crate) fn string<'a>(value: &'a Value, place: &Place<'_>) -> Result<&'a str, Error> {
    value.as_str().ok_or_else(|| wrong_type(place, "a string", value))
}

pub(crate) fn boolean(value: &Value, place: &Place<'_>) -> Result<bool, Error> {
    value.as_bool().ok_or_else(|| wrong_type(place, "true or false", value))
}

/// An object of names and string values.
pub(crate) fn environment(value: &Value, place: &Place<'_>) -> Result<Env, Error> {
    let map = value.as_object().ok_or_else(|| wrong_type(place, "an object of strings", value))?;
    let mut env = Env::default();
    for (name, value) in map {
        let place = Place::Key(place, name);
        let variable = EnvVar::parse(name, string(value, &place)?).map_err(|error| error.at(place))?;
        env.set(variable);
    }
    Ok(env)
}
