//! Statements.

use super::code::{Step, To};
use super::expression::{Kind, LOWEST};
use super::lexer::Token;
use super::parser::{Parsed, Parser, Part};

/// A loop that is being read, and the jumps out of its body.
pub(super) struct Loop {
    pub(super) breaks: Vec<usize>,
    pub(super) continues: Vec<usize>,
}

impl Parser<'_> {
    pub(super) fn block(&mut self) -> Parsed {
        self.braces += 1;
        self.deeper(|parser| {
            parser.advance();
            loop {
                while parser.token == Token::Newline || parser.is(";") {
                    parser.advance();
                }
                if parser.takes("}") {
                    parser.braces -= 1;
                    return Ok(());
                }
                parser.statement()?;
            }
        })
    }

    /// The end of a simple statement.
    fn terminator(&mut self) -> Parsed {
        match self.token {
            Token::Newline | Token::Sign(";") => {
                self.advance();
                Ok(())
            }
            Token::Sign("}") => Ok(()),
            _ => Err(self.unexpected()),
        }
    }

    /// A statement that may stand on a line of its own, after an `if` or the like.
    fn body(&mut self) -> Parsed {
        self.skip_newlines();
        if self.takes(";") {
            return Ok(());
        }
        self.deeper(Self::statement)
    }

    fn statement(&mut self) -> Parsed {
        match self.token.clone() {
            Token::Sign("{") => self.block(),
            Token::Word("if") => self.if_statement(),
            Token::Word("while") => self.while_statement(),
            Token::Word("do") => self.do_statement(),
            Token::Word("for") => self.for_statement(),
            Token::Sign(";") => {
                self.advance();
                Ok(())
            }
            _ => {
                self.simple_statement()?;
                self.terminator()
            }
        }
    }

    fn if_statement(&mut self) -> Parsed {
        self.advance();
        self.parenthesised()?;
        let skip = self.emit(Step::JumpUnless(0));
        self.body()?;
        let (lexer, token, line) = (self.lexer.clone(), self.token.clone(), self.line);
        self.skip_newlines();
        if self.is(";") {
            self.advance();
            self.skip_newlines();
        }
        if !self.is_word("else") {
            (self.lexer, self.token, self.line) = (lexer, token, line);
            self.patch_here(skip);
            return Ok(());
        }
        self.advance();
        let end = self.emit(Step::Jump(0));
        self.patch_here(skip);
        self.body()?;
        self.patch_here(end);
        Ok(())
    }

    /// A condition in parentheses.
    fn parenthesised(&mut self) -> Parsed {
        self.expect("(")?;
        self.parentheses += 1;
        self.value(LOWEST)?;
        if !self.is(")") {
            return Err(self.unexpected());
        }
        self.parentheses -= 1;
        self.advance();
        Ok(())
    }

    fn begin_loop(&mut self) {
        self.loops.push(Loop { breaks: Vec::new(), continues: Vec::new() });
    }

    fn end_loop(&mut self, next: u32, end: u32) {
        let Some(ended) = self.loops.pop() else { return };
        ended.breaks.into_iter().for_each(|at| self.patch(at, end));
        ended.continues.into_iter().for_each(|at| self.patch(at, next));
    }

    fn while_statement(&mut self) -> Parsed {
        self.advance();
        let start = self.here();
        self.parenthesised()?;
        let exit = self.emit(Step::JumpUnless(0));
        self.begin_loop();
        self.body()?;
        self.emit(Step::Jump(start));
        self.patch_here(exit);
        self.end_loop(start, self.here());
        Ok(())
    }

    fn do_statement(&mut self) -> Parsed {
        self.advance();
        let start = self.here();
        self.begin_loop();
        self.body()?;
        self.skip_newlines();
        if self.is(";") {
            self.advance();
            self.skip_newlines();
        }
        if !self.is_word("while") {
            return Err(self.unexpected());
        }
        self.advance();
        let next = self.here();
        self.parenthesised()?;
        self.emit(Step::JumpIf(start));
        self.end_loop(next, self.here());
        self.terminator()
    }

    fn for_statement(&mut self) -> Parsed {
        self.advance();
        self.expect("(")?;
        if let Some((name, array)) = self.for_in() {
            return self.for_in_statement(&name, &array);
        }
        self.parentheses += 1;
        self.loop_part(";")?;
        let start = self.here();
        let exit = match self.is(";") {
            true => None,
            false => {
                self.value(LOWEST)?;
                Some(self.emit(Step::JumpUnless(0)))
            }
        };
        self.expect(";")?;
        self.skip_newlines();
        let into_body = self.emit(Step::Jump(0));
        let next = self.here();
        self.loop_part(")")?;
        self.parentheses -= 1;
        self.emit(Step::Jump(start));
        self.patch_here(into_body);
        self.begin_loop();
        self.body()?;
        self.emit(Step::Jump(next));
        if let Some(exit) = exit {
            self.patch_here(exit);
        }
        self.end_loop(next, self.here());
        Ok(())
    }

    /// What stands before or after the condition of a loop, with its end.
    fn loop_part(&mut self, end: &str) -> Parsed {
        if !self.is(end) {
            self.simple_statement()?;
        }
        self.expect(end)?;
        if end == ";" {
            self.skip_newlines();
        }
        Ok(())
    }

    /// The names in `k in a)`, if that stands here.
    fn for_in(&self) -> Option<(String, String)> {
        let mut ahead = self.lexer.clone();
        let Token::Name(name) = &self.token else { return None };
        match (ahead.token(), ahead.token(), ahead.token()) {
            (Token::Word("in"), Token::Name(array), Token::Sign(")")) => Some((name.clone(), array)),
            _ => None,
        }
    }

    fn for_in_statement(&mut self, name: &str, array: &str) -> Parsed {
        let place = self.variable(name)?;
        let array = self.array(array)?;
        (0..4).for_each(|_| self.advance());
        self.emit(Step::Each(array));
        let start = self.emit(Step::Next(0));
        self.emit(Step::Set(place));
        self.emit(Step::Pop);
        self.begin_loop();
        self.body()?;
        self.emit(Step::Jump(start as u32));
        self.patch_here(start);
        let end = self.emit(Step::EachEnd);
        self.end_loop(start as u32, end as u32);
        Ok(())
    }

    fn simple_statement(&mut self) -> Parsed {
        let Token::Word(word) = self.token else { return self.expression_statement() };
        let within_rule = self.part == Part::Main;
        match word {
            "print" | "printf" => return self.print_statement(word == "printf"),
            "next" | "nextfile" if !within_rule => return Err(self.wrong(format!("improper use of {word}"))),
            "next" => {
                self.emit(Step::NextRecord);
            }
            "nextfile" => {
                self.emit(Step::NextFile);
            }
            "break" | "continue" => {
                if self.loops.is_empty() {
                    return Err(self.wrong(format!("{word} statement outside of loop")));
                }
                let jump = self.emit(Step::Jump(0));
                if let Some(innermost) = self.loops.last_mut() {
                    let jumps =
                        if word == "break" { &mut innermost.breaks } else { &mut innermost.continues };
                    jumps.push(jump);
                }
            }
            "exit" => {
                self.advance();
                let with_code = !self.ends_statement();
                if with_code {
                    self.value(LOWEST)?;
                }
                self.emit(Step::Exit(with_code));
                return Ok(());
            }
            "return" => {
                if self.part != Part::Function {
                    return Err(self.wrong("return outside function body"));
                }
                self.advance();
                if self.ends_statement() {
                    self.emit_unset();
                } else {
                    self.value(LOWEST)?;
                }
                self.emit(Step::Return);
                return Ok(());
            }
            "delete" => return self.delete_statement(),
            _ => return self.expression_statement(),
        }
        self.advance();
        Ok(())
    }

    fn expression_statement(&mut self) -> Parsed {
        self.value(LOWEST)?;
        self.emit(Step::Pop);
        Ok(())
    }

    fn delete_statement(&mut self) -> Parsed {
        self.advance();
        let Token::Name(name) = self.token.clone() else { return Err(self.unexpected()) };
        let array = self.array(&name)?;
        self.advance();
        if self.is("[") {
            self.subscript()?;
            self.emit(Step::Delete(array));
        } else {
            self.emit(Step::DeleteAll(array));
        }
        Ok(())
    }

    fn ends_statement(&self) -> bool {
        matches!(self.token, Token::Newline | Token::End | Token::Sign(";" | "}"))
    }

    fn print_statement(&mut self, formatted: bool) -> Parsed {
        self.advance();
        let printed = std::mem::replace(&mut self.prints, true);
        let mut count = 0;
        if self.ends_statement() || matches!(self.token, Token::Sign(">" | ">>" | "|")) {
            if formatted {
                return Err(self.unexpected());
            }
            self.emit(Step::GetField(0));
            count = 1;
        } else {
            match self.expression(LOWEST)? {
                Kind::Group(values) => count = values,
                _ => {
                    count += 1;
                    while self.takes(",") {
                        self.skip_newlines();
                        self.value(LOWEST)?;
                        count += 1;
                    }
                }
            }
        }
        self.prints = printed;
        let to = match self.token {
            Token::Sign(">") => To::File,
            Token::Sign(">>") => To::Append,
            Token::Sign("|") => To::Command,
            _ => To::Standard,
        };
        if to != To::Standard {
            self.advance();
            let printed = std::mem::replace(&mut self.prints, true);
            self.value(LOWEST)?;
            self.prints = printed;
        }
        self.emit(if formatted { Step::Printf(count, to) } else { Step::Print(count, to) });
        Ok(())
    }
}
