//! Reads server-sent events from a body that arrives in pieces.

use serde_json::{Value, json};

/// The part of a body that has arrived and is not read yet.
#[derive(Debug, Default)]
pub(crate) struct EventReader {
    unread: Vec<u8>,
}

impl EventReader {
    /// Adds a piece of the body.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.unread.extend_from_slice(piece);
    }

    /// The next whole event; comments are passed over.
    pub(crate) fn next(&mut self) -> Option<Event> {
        while let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.unread.drain(..end + 2).collect();
            let text = String::from_utf8_lossy(&block).into_owned();
            if let Some(value) = parse(&text) {
                return Some(Event { text, value });
            }
        }
        None
    }
}

/// One server-sent event.
#[derive(Debug)]
pub(crate) struct Event {
    /// As it came.
    pub(crate) text: String,
    /// `{ event?, data }`, with data parsed as JSON where it is JSON.
    pub(crate) value: Value,
}

/// Every event of a whole body, with neighbours of one output joined: how output is cut into pieces is no promise.
pub(crate) fn events(body: &[u8]) -> Vec<Value> {
    let mut reader = EventReader::default();
    reader.push(body);
    let mut events: Vec<Value> = Vec::new();
    while let Some(Event { value: event, .. }) = reader.next() {
        match (events.last_mut(), &event["data"]) {
            (Some(last), Value::String(more)) if is_output(&event) && last["event"] == event["event"] => {
                let joined = format!("{}{more}", last["data"].as_str().unwrap_or_default());
                last["data"] = Value::String(joined);
            }
            _ => events.push(event),
        }
    }
    events
}

fn is_output(event: &Value) -> bool {
    event["event"] == "stdout" || event["event"] == "stderr"
}

fn parse(block: &str) -> Option<Value> {
    let mut name = None;
    let mut data: Vec<&str> = Vec::new();
    for line in block.lines() {
        match line.split_once(':') {
            Some(("event", value)) => name = Some(value.strip_prefix(' ').unwrap_or(value)),
            Some(("data", value)) => data.push(value.strip_prefix(' ').unwrap_or(value)),
            _ => {}
        }
    }
    if data.is_empty() {
        return None;
    }
    let data = data.join("\n");
    let data = serde_json::from_str(&data).unwrap_or(Value::String(data));
    Some(match name {
        Some(name) => json!({ "event": name, "data": data }),
        None => json!({ "data": data }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_across_pieces_and_comments_are_passed_over() {
        let mut reader = EventReader::default();
        reader.push(b": hello\n\nevent: stdout\nda");
        assert!(reader.next().is_none());
        reader.push(b"ta: \"a\\n\"\n\n");
        let event = reader.next().unwrap();
        assert_eq!(event.value, json!({ "event": "stdout", "data": "a\n" }));
        assert_eq!(event.text, "event: stdout\ndata: \"a\\n\"\n\n");
    }

    #[test]
    fn neighbours_of_one_output_are_joined() {
        let body =
            b"event: stdout\ndata: \"a\"\n\nevent: stdout\ndata: \"b\"\n\nevent: stderr\ndata: \"c\"\n\n";
        let expected =
            [json!({ "event": "stdout", "data": "ab" }), json!({ "event": "stderr", "data": "c" })];
        assert_eq!(events(body), expected);
    }
}
