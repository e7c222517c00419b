//! Requests with one hostile value each, for every field, parameter and header that the OpenAPI document names.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::values::{ESCAPES, bodies, damaged, fragments, header_values, texts, values};

/// One request, and where the hostile value is in it.
pub(super) struct Case {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) place: Place,
}

/// Where a hostile value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Path(String),
    Query(String),
    Header(String),
    /// The names of the fields from the body to the value; none of the body itself.
    Body(Vec<String>),
}

/// What there is when a case is put: the values that an unspoilt request has.
pub(super) struct There {
    pub(super) sandbox: String,
    pub(super) volume: &'static str,
    pub(super) terminal: String,
    pub(super) file: &'static str,
    /// The whole cloud as it is saved.
    pub(super) saved: Vec<u8>,
}

/// One operation of the document.
pub(super) struct Operation<'a> {
    pub(super) document: &'a Value,
    pub(super) method: String,
    pub(super) path: &'a str,
    pub(super) described: &'a Value,
}

/// Every operation.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&'_ String, &'_ Value)| -> Vec<(String, String)> {
        let methods = item.as_object().expect("operations");
        methods.keys().map(|method| (path.clone(), method.clone())).collect()
    };
    let all: Vec<(String, String)> = paths.iter().flat_map(of).collect();
    all.into_iter()
        .map(|(path, method)| {
            let (path, item) = paths.get_key_value(&path).expect("a path");
            Operation { document, described: &item[&method], method: method.to_uppercase(), path }
        })
        .collect()
}

impl<'a> Operation<'a> {
    pub(super) fn id(&self) -> &'a str {
        self.described["operationId"].as_str().expect("an id")
    }

    /// Its parameters that are in the path, the query or the headers.
    fn parameters(&self, place: &str) -> Vec<&'a str> {
        let all = self.described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let here = all.iter().filter(|parameter| parameter["in"] == place);
        here.map(|parameter| parameter["name"].as_str().expect("a name")).collect()
    }

    fn body_schema(&self) -> Option<&'a Value> {
        self.described
            .pointer("/requestBody/content/application~1json/schema")
            .map(|schema| self.resolved(schema))
    }

    fn resolved(&self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(place) => self.document.pointer(place.trim_start_matches('#')).expect("what is referred to"),
            None => schema,
        }
    }

    /// Every request with one value of it spoilt.
    pub(super) fn cases(&self, there: &There) -> Vec<Case> {
        let mut cases = Vec::new();
        for name in self.parameters("path") {
            let place = || Place::Path(name.to_owned());
            cases.extend(
                encoded().into_iter().map(|value| self.case(there, place(), |it| it.set_path(name, &value))),
            );
        }
        let queries = self.parameters("query");
        for name in queries.iter().copied().chain(["unknown"]) {
            let place = || Place::Query(name.to_owned());
            cases.extend(
                encoded().into_iter().map(|value| self.case(there, place(), |it| it.set_query(name, &value))),
            );
        }
        for name in self.parameters("header").into_iter().chain([
            "Accept",
            "Content-Type",
            "Host",
            "X-Forwarded-Proto",
        ]) {
            let place = || Place::Header(name.to_owned());
            cases.extend(
                header_values()
                    .into_iter()
                    .map(|value| self.case(there, place(), |it| it.set_header(name, value))),
            );
        }
        if self.described.get("requestBody").is_some() {
            let whole = || Place::Body(Vec::new());
            let damaged = if self.id() == "loadState" { damaged(&there.saved) } else { Vec::new() };
            let hostile = bodies().into_iter().chain(damaged);
            cases.extend(hostile.map(|body| self.case(there, whole(), |it| it.body = body)));
        }
        if let Some(schema) = self.body_schema() {
            let valid = self.valid_json(there);
            for place in self.fields(schema) {
                let hostile = values().into_iter().map(|value| value.to_string()).chain(fragments());
                for value in hostile {
                    let body = with(&valid, &place, &value);
                    cases
                        .push(self.case(there, Place::Body(place.clone()), |it| it.body = body.into_bytes()));
                }
            }
        }
        cases
    }

    fn case(&self, there: &There, place: Place, spoil: impl FnOnce(&mut Draft)) -> Case {
        let value_of = |name: &str| match name {
            "id" => there.sandbox.as_str(),
            "name" => there.volume,
            "terminalId" => there.terminal.as_str(),
            _ => "false",
        };
        let mut draft = Draft {
            template: self.path.to_owned(),
            path: self
                .parameters("path")
                .into_iter()
                .map(|name| (name.to_owned(), value_of(name).to_owned()))
                .collect(),
            query: Vec::new(),
            headers: Vec::new(),
            body: self.valid_body(there),
        };
        if self.parameters("query").contains(&"path") {
            draft.query.push(("path".to_owned(), there.file.to_owned()));
        }
        spoil(&mut draft);
        draft.into_case(&self.method, place)
    }

    /// A body that the operation takes.
    fn valid_body(&self, there: &There) -> Vec<u8> {
        match self.body_schema() {
            Some(_) => self.valid_json(there).to_string().into_bytes(),
            None if self.id() == "loadState" => there.saved.clone(),
            None => Vec::new(),
        }
    }

    fn valid_json(&self, there: &There) -> Value {
        match self.id() {
            "createSandbox" => {
                json!({ "image": "node:20", "volumes": { "/mnt": "other" }, "env": { "A": "b" } })
            }
            "setTimeout" => json!({ "timeoutMs": 600_000 }),
            "exec" => json!({ "command": "true", "options": {} }),
            "openTerminal" => json!({}),
            "createVolume" => json!({ "name": "another" }),
            "makeDirectoryOfSandbox" | "makeDirectoryOfVolume" => json!({ "path": "/data/made" }),
            "renameFileOfSandbox" | "renameFileOfVolume" => {
                json!({ "from": there.file, "to": "/data/moved" })
            }
            "advanceClock" => json!({ "advanceMs": 1 }),
            unknown => panic!("{unknown} takes a body that this test does not know"),
        }
    }

    /// The names that lead to every field of a body, whatever the form of what is above it.
    fn fields(&self, schema: &'a Value) -> Vec<Vec<String>> {
        let schema = self.resolved(schema);
        let mut fields = Vec::new();
        let mut below = |name: &str, schema: &'a Value| {
            fields.push(vec![name.to_owned()]);
            let deeper = self.fields(schema);
            fields.extend(deeper.into_iter().map(|rest| [vec![name.to_owned()], rest].concat()));
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            below(name, property);
        }
        if schema["additionalProperties"].is_object() {
            // A mount path and a variable's name alike.
            below("/mnt", &schema["additionalProperties"]);
        }
        if let Some(items) = schema["prefixItems"].as_array() {
            below("0", &items[0]);
            below("1", &schema["items"]);
        }
        if schema["additionalProperties"] == false {
            below("unknown", &Value::Null);
        }
        for form in schema["oneOf"].as_array().into_iter().flatten() {
            fields.extend(self.fields(form));
        }
        fields
    }
}

/// A request while it is put together.
struct Draft {
    template: String,
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Draft {
    fn set_path(&mut self, name: &str, encoded: &str) {
        self.path.insert(name.to_owned(), encoded.to_owned());
    }

    fn set_query(&mut self, name: &str, encoded: &str) {
        self.query.retain(|(other, _)| other != name);
        self.query.push((name.to_owned(), encoded.to_owned()));
    }

    fn set_header(&mut self, name: &str, value: Vec<u8>) {
        self.headers.push((name.to_owned(), value));
    }

    fn into_case(self, method: &str, place: Place) -> Case {
        let mut path = format!("/api/v1{}", self.template);
        for (name, value) in &self.path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        Case { method: method.to_owned(), path, headers: self.headers, body: self.body, place }
    }
}

/// Hostile texts as they stand in a URL, and what stands for no text.
fn encoded() -> Vec<String> {
    let texts = texts().into_iter().map(|text| utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string());
    texts.chain(ESCAPES.map(str::to_owned)).collect()
}

/// The body with the JSON `value` at the place; what is above it becomes what it must be to hold it.
fn with(body: &Value, place: &[String], value: &str) -> String {
    const MARK: &str = "the place of the hostile value";
    let mut body = body.clone();
    let mut at = &mut body;
    for name in place {
        let is_item = name.parse::<usize>().is_ok();
        match at {
            Value::Array(_) | Value::Object(_) if at.is_array() == is_item => {}
            _ if is_item => *at = json!(["true", "a"]),
            _ => *at = json!({}),
        }
        at = match (name.parse::<usize>(), at) {
            (Ok(index), Value::Array(items)) => &mut items[index],
            (_, at) => &mut at[name],
        };
    }
    *at = MARK.into();
    body.to_string().replace(&format!("\"{MARK}\""), value)
}
