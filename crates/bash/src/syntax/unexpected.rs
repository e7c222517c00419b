//! What is wrong where something else should stand.

use super::{error::SyntaxError, parser::Parser};

impl Parser {
    /// What is wrong when the next token may not stand here.
    pub(super) fn unexpected(&mut self) -> Box<SyntaxError> {
        self.skip_blanks();
        let start = self.pos;
        let line = self.line();
        let Some(byte) = self.peek() else {
            return match self.substitutions {
                0 => SyntaxError::incomplete(line, "syntax error: unexpected end of file"),
                _ => SyntaxError::unclosed(line, ')'),
            };
        };
        let token = match byte {
            b'\n' => "newline".to_owned(),
            _ => match self.operator() {
                Some(operator) => operator.to_owned(),
                None => match self.word() {
                    Ok(word) => word.source.to_string(),
                    Err(error) => return error,
                },
            },
        };
        self.unexpected_token(start, &token)
    }

    /// What is wrong when `token` may not stand at `start`.
    pub(super) fn unexpected_token(&self, start: usize, token: &str) -> Box<SyntaxError> {
        let line = self.line_at(start);
        let message = format!("syntax error near unexpected token `{token}'");
        SyntaxError::new(line, message).with_detail(line, format!("`{}'", self.text_line(start)))
    }

    fn text_line(&self, pos: usize) -> &str {
        let start = self.text.get(..pos).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default()
    }

    /// The operator that stands here.
    fn operator(&self) -> Option<&'static str> {
        const OPERATORS: [&str; 23] = [
            "<<<", "<<-", "&>>", ";;&", "&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>", ">|",
            "&>", "<", ">", "&", "|", ";", "(", ")",
        ];
        OPERATORS.into_iter().find(|operator| self.looking_at(operator))
    }
}
