//! The way from a terminal to one of its sockets: what waits to be sent, within bounds.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use futures_util::future::poll_fn;
use serde_json::json;

use super::connection::Received;
use super::recent::line_start;

/// Bytes of output that wait for a socket; of more, the oldest are not sent.
const MAX_WAITING: usize = 4 << 20;
/// Bytes of output in one message, about.
const MESSAGE: usize = 64 << 10;
/// Other messages that wait; of more, the newest are not sent.
const MAX_NOTICES: usize = 64;

/// The end of a connection, as the WebSocket protocol has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

/// One socket's queue.
#[derive(Default)]
pub(crate) struct Line {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Bytes of output among what waits.
    output: usize,
    end: Option<End>,
    reader: Option<Waker>,
}

enum Waiting {
    Output(String),
    Notice(String),
}

impl Line {
    /// Output of the terminal.
    pub(crate) fn output(&self, text: &str) {
        let mut queue = self.lock();
        if text.is_empty() || queue.end.is_some() {
            return;
        }
        queue.output += text.len();
        match queue.waiting.back_mut() {
            Some(Waiting::Output(last)) if last.len() + text.len() <= MESSAGE => last.push_str(text),
            _ => queue.waiting.push_back(Waiting::Output(text.to_owned())),
        }
        queue.shed();
        queue.wake();
    }

    /// Any other message, as JSON.
    pub(crate) fn notice(&self, message: String) {
        let mut queue = self.lock();
        let notices = queue.waiting.iter().filter(|waiting| matches!(waiting, Waiting::Notice(_))).count();
        if queue.end.is_none() && notices < MAX_NOTICES {
            queue.waiting.push_back(Waiting::Notice(message));
            queue.wake();
        }
    }

    /// Nothing comes after what waits now.
    pub(crate) fn end(&self, end: End) {
        let mut queue = self.lock();
        queue.end.get_or_insert(end);
        queue.wake();
    }

    /// What comes next, when it has come.
    pub(crate) async fn next(&self) -> Received {
        poll_fn(|context| {
            let mut queue = self.lock();
            match queue.take() {
                Some(received) => Poll::Ready(received),
                None => {
                    queue.reader = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Whether nothing waits to be sent.
    pub(crate) fn is_empty(&self) -> bool {
        let queue = self.lock();
        queue.waiting.is_empty() && queue.end.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn take(&mut self) -> Option<Received> {
        let closed = |end: End| Received::Closed { code: end.code, reason: end.reason };
        match self.waiting.pop_front() {
            Some(Waiting::Output(text)) => {
                self.output -= text.len();
                Some(Received::Message(json!({ "type": "output", "data": text }).to_string()))
            }
            Some(Waiting::Notice(message)) => Some(Received::Message(message)),
            None => self.end.map(closed),
        }
    }

    /// Lets go of the oldest output where more waits than may.
    fn shed(&mut self) {
        while self.output > MAX_WAITING {
            let too_many = self.output - MAX_WAITING;
            let Some(oldest) = self.waiting.iter_mut().find_map(|waiting| match waiting {
                Waiting::Output(text) if !text.is_empty() => Some(text),
                _ => None,
            }) else {
                return;
            };
            let cut = if too_many >= oldest.len() { oldest.len() } else { line_start(oldest, too_many) };
            oldest.drain(..cut);
            self.output -= cut;
            self.waiting.retain(|waiting| !matches!(waiting, Waiting::Output(text) if text.is_empty()));
        }
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use serde_json::Value;

    use super::*;

    fn output(line: &Line) -> String {
        let mut all = String::new();
        while let Some(Received::Message(message)) = line.next().now_or_never() {
            let message: Value = serde_json::from_str(&message).unwrap();
            all += message["data"].as_str().unwrap();
        }
        all
    }

    #[test]
    fn output_that_waits_goes_together() {
        let line = Line::default();
        line.output("a");
        line.output("b");
        line.notice("{}".to_owned());
        line.output("c");
        line.end(End { code: 1000, reason: "" });
        line.output("too late");
        let mut received = Vec::new();
        while let Some(next @ Received::Message(_)) = line.next().now_or_never() {
            received.push(next);
        }
        let message = |text: &str| Received::Message(text.to_owned());
        assert_eq!(
            received,
            [
                message(r#"{"type":"output","data":"ab"}"#),
                message("{}"),
                message(r#"{"type":"output","data":"c"}"#)
            ]
        );
        let closed = Received::Closed { code: 1000, reason: "" };
        assert_eq!(line.next().now_or_never(), Some(closed.clone()));
        assert_eq!(line.next().now_or_never(), Some(closed), "it stays closed");
    }

    #[test]
    fn a_socket_that_does_not_read_misses_the_oldest() {
        let line = Line::default();
        for number in 0..1_000_000 {
            line.output(&format!("{number}\n"));
        }
        let all = output(&line);
        assert!(all.len() <= MAX_WAITING && all.len() > MAX_WAITING - MESSAGE);
        assert!(all.ends_with("999998\n999999\n"));
        let first: u32 = all.lines().next().unwrap().parse().unwrap();
        let last = first + all.lines().count() as u32 - 1;
        assert_eq!(last, 999_999, "nothing is missing in between");
    }

    #[test]
    fn complaints_are_bounded() {
        let line = Line::default();
        for _ in 0..1_000 {
            line.notice("{}".to_owned());
        }
        let mut count = 0;
        while line.next().now_or_never().is_some() {
            count += 1;
        }
        assert_eq!(count, MAX_NOTICES);
    }
}
