//! Redirections, and the bodies of here-documents after the line.

use super::{
    super::{ast::*, quotes::in_single_quotes},
    Printer,
};

impl<'a> Printer<'a> {
    pub(super) fn redirections(&mut self, redirections: &'a [Redirection]) {
        let mut documents = Vec::new();
        self.after_body = false;
        for (index, redirection) in redirections.iter().enumerate() {
            if index > 0 {
                self.out.push(' ');
            }
            self.redirection(redirection);
            if let RedirectionKind::HereDocument(document) = &redirection.kind {
                documents.push(document);
            }
        }
        if documents.is_empty() {
            return;
        }
        match self.connections {
            0 => self.bodies(&documents),
            _ => self.waiting = documents,
        }
    }

    pub(super) fn redirection(&mut self, redirection: &Redirection) {
        use RedirectionKind as Kind;
        let (default, operator, word) = match &redirection.kind {
            Kind::Read(word) => (0, "< ", word),
            Kind::Write(word) => (1, "> ", word),
            Kind::Clobber(word) => (1, ">| ", word),
            Kind::Append(word) => (1, ">> ", word),
            // bash always writes the number of this one.
            Kind::ReadWrite(word) => (1, "<> ", word),
            Kind::DuplicateInput(word) => return self.duplicate(&redirection.target, 0, "<&", word),
            Kind::DuplicateOutput(word) => return self.duplicate(&redirection.target, 1, ">&", word),
            Kind::WriteBoth(word) => (-1, "&> ", word),
            Kind::AppendBoth(word) => (-1, "&>> ", word),
            Kind::HereString(word) => (0, "<<< ", word),
            Kind::HereDocument(document) => {
                self.target(&redirection.target, 0, 0);
                self.out.push_str(if document.strip_tabs { "<<-" } else { "<<" });
                self.delimiter(document);
                return;
            }
        };
        let implied = if matches!(redirection.kind, Kind::ReadWrite(_)) { 0 } else { default };
        self.target(&redirection.target, default, implied);
        self.out.extend([operator, &word.source]);
    }

    /// A number that the operator does not mean by itself. `implied` is that which none written means.
    fn target(&mut self, target: &RedirectionTarget, default: i32, implied: i32) {
        match target {
            RedirectionTarget::Variable(name) => self.out.extend(["{", name, "}"]),
            RedirectionTarget::Number(number) if *number != default => self.out.push_str(&number.to_string()),
            RedirectionTarget::Default if implied != default => self.out.push_str(&implied.to_string()),
            RedirectionTarget::Number(_) | RedirectionTarget::Default => {}
        }
    }

    fn duplicate(&mut self, target: &RedirectionTarget, default: i32, operator: &str, word: &Word) {
        let source = &*word.source;
        // bash has read a plain number or the `-` already, and then writes both descriptors.
        let known = source.ends_with('-') || source.bytes().all(|byte| byte.is_ascii_digit());
        match known {
            true => self.target(target, -1, default),
            false => self.target(target, default, default),
        }
        // Closing is the same for both, and shown as one.
        self.out.push_str(if source == "-" { ">&" } else { operator });
        self.out.push_str(source);
    }

    fn delimiter(&mut self, document: &HereDocument) {
        match is_quoted(document) {
            true => self.out.push_str(&in_single_quotes(&document.end())),
            false => self.out.push_str(&document.delimiter),
        }
    }

    fn bodies(&mut self, documents: &[&HereDocument]) {
        self.out.push('\n');
        for document in documents {
            self.out.extend([&*document.body.source, &document.end(), "\n"]);
        }
        self.after_body = true;
    }

    /// `text`, and the bodies that wait.
    pub(super) fn print_waiting(&mut self, text: &str) {
        let shown = !text.is_empty() && text != ";";
        if shown {
            self.out.push_str(text);
        }
        if self.waiting.is_empty() {
            return;
        }
        let documents = std::mem::take(&mut self.waiting);
        self.bodies(&documents);
        if shown {
            self.out.push(' ');
        }
    }

    /// The bodies that wait, if any do.
    pub(super) fn deferred(&mut self, text: &str) {
        if !self.waiting.is_empty() {
            self.print_waiting(text);
        }
    }
}

fn is_quoted(document: &HereDocument) -> bool {
    document.delimiter.contains(['\'', '"', '\\'])
}
