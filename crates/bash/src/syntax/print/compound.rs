//! Compound commands and functions.

use super::{super::ast::*, Printer};

impl<'a> Printer<'a> {
    pub(super) fn compound(&mut self, compound: &'a Compound) {
        self.kind(&compound.kind);
        if !compound.redirections.is_empty() {
            self.out.push(' ');
            self.redirections(&compound.redirections);
        }
    }

    fn kind(&mut self, kind: &'a CompoundKind) {
        let whole = self.head(kind);
        match kind {
            CompoundKind::Group(list) => self.group(list),
            CompoundKind::Subshell(list) => {
                self.out.push_str("( ");
                self.unindented += 1;
                self.list(list);
                self.deferred("");
                self.out.push_str(" )");
            }
            CompoundKind::If { branches, otherwise } => self.branches(branches, otherwise.as_ref()),
            CompoundKind::While { until, condition, body } => {
                self.out.push_str(if *until { "until " } else { "while " });
                self.unindented += 1;
                self.list(condition);
                self.deferred("");
                self.semicolon();
                self.out.push_str(" do\n");
                self.loop_body(body);
            }
            CompoundKind::For { body, .. } | CompoundKind::Select { body, .. } => {
                self.out.push(';');
                self.line("do\n");
                self.loop_body(body);
            }
            CompoundKind::ArithmeticFor { body, .. } => {
                self.line("do\n");
                self.loop_body(body);
            }
            CompoundKind::Case { arms, .. } => self.arms(arms),
            CompoundKind::Arithmetic(_) | CompoundKind::Test(_) => {
                debug_assert!(whole, "its head is all of it")
            }
            CompoundKind::Coproc { name, body } => {
                self.out.extend(["coproc ", name, " "]);
                self.command(body);
            }
        }
    }

    /// The first line of a command that has one of its own. Whether it has.
    pub(super) fn head(&mut self, kind: &CompoundKind) -> bool {
        match kind {
            CompoundKind::For { name, words, .. } => self.loop_head("for ", name, words.as_deref()),
            CompoundKind::Select { name, words, .. } => self.loop_head("select ", name, words.as_deref()),
            CompoundKind::ArithmeticFor { init, condition, step, .. } => {
                self.out.push_str("for ((");
                for (expression, after) in [(init, "; "), (condition, "; "), (step, "))")] {
                    let source = &*expression.text.source;
                    self.out.extend([if source.is_empty() { "1" } else { source }, after]);
                }
            }
            CompoundKind::Case { word, .. } => self.out.extend(["case ", &word.source, " in "]),
            CompoundKind::Arithmetic(expression) => self.out.extend(["((", &expression.text.source, "))"]),
            CompoundKind::Test(test) => {
                self.out.push_str("[[ ");
                self.test(test);
                self.out.push_str(" ]]");
            }
            _ => return false,
        }
        true
    }

    fn loop_head(&mut self, keyword: &str, name: &str, words: Option<&[Word]>) {
        self.out.extend([keyword, name, " in "]);
        match words {
            Some(words) => self.words(words, " "),
            None => self.out.push_str("\"$@\""),
        }
    }

    fn group(&mut self, list: &'a List) {
        self.out.push_str("{ ");
        if self.in_function {
            self.out.push('\n');
            self.indentation += self.amount;
        } else {
            self.unindented += 1;
        }
        self.list(list);
        self.deferred("");
        if self.in_function {
            self.indentation -= self.amount;
            self.line("}");
        } else {
            self.semicolon();
            self.out.push_str(" }");
        }
    }

    fn indented(&mut self, list: &'a List) {
        self.indentation += self.amount;
        self.list(list);
        self.deferred("");
        self.indentation -= self.amount;
    }

    fn loop_body(&mut self, body: &'a List) {
        self.indented(body);
        self.semicolon();
        self.line("done");
    }

    /// `elif` is an `if` after `else` to bash.
    fn branches(&mut self, branches: &'a [(List, List)], otherwise: Option<&'a List>) {
        for (index, (condition, body)) in branches.iter().enumerate() {
            if index > 0 {
                self.semicolon();
                self.line("else\n");
                self.indentation += self.amount;
                self.indent();
            }
            self.out.push_str("if ");
            self.unindented += 1;
            self.list(condition);
            self.semicolon();
            self.out.push_str(" then\n");
            self.indented(body);
        }
        if let Some(list) = otherwise {
            self.semicolon();
            self.line("else\n");
            self.indented(list);
        }
        for index in 0..branches.len() {
            if index > 0 {
                self.deferred("");
                self.indentation -= self.amount;
            }
            self.semicolon();
            self.line("fi");
        }
    }

    fn arms(&mut self, arms: &'a [Arm]) {
        self.indentation += self.amount;
        for arm in arms {
            self.line("");
            self.words(&arm.patterns, " | ");
            self.out.push_str(")\n");
            self.indented(&arm.body);
            self.line(match arm.end {
                ArmEnd::Break => ";;",
                ArmEnd::FallThrough => ";&",
                ArmEnd::TryNext => ";;&",
            });
        }
        self.indentation -= self.amount;
        self.line("esac");
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Word(word) => self.out.extend(["-n ", &word.source]),
            Test::Unary(operator, word) => {
                self.out.extend(['-', *operator, ' ']);
                self.out.push_str(&word.source);
            }
            Test::Binary(left, operator, right) => {
                self.out.extend([&*left.source, " ", operator, " ", &right.source]);
            }
            Test::Not(inner) => {
                self.out.push_str("! ");
                self.test(inner);
            }
            Test::And(left, right) => self.two_tests(left, " && ", right),
            Test::Or(left, right) => self.two_tests(left, " || ", right),
            Test::Group(inner) => {
                self.out.push_str("( ");
                self.test(inner);
                self.out.push_str(" )");
            }
        }
    }

    fn two_tests(&mut self, left: &Test, operator: &str, right: &Test) {
        self.test(left);
        self.out.push_str(operator);
        self.test(right);
    }

    /// A definition among commands.
    pub(super) fn function(&mut self, function: &'a Function) {
        self.out.extend(["function ", &function.name, " () \n"]);
        self.indent();
        self.function_body(&function.body);
        self.after_body = false;
    }

    /// `{`, the commands, `}` and the redirections.
    pub(super) fn function_body(&mut self, body: &'a Compound) {
        self.out.push_str("{ \n");
        let outer = self.indentation;
        self.indentation += self.amount;
        self.function_contents(body, outer);
    }

    /// The rest of it: the indentation of the commands is set, `outer` is that of `}`.
    pub(super) fn function_contents(&mut self, body: &'a Compound, outer: usize) {
        let was_in_function = std::mem::replace(&mut self.in_function, true);
        let redirections: &[Redirection] = match &body.kind {
            CompoundKind::Group(list) => {
                self.list(list);
                &body.redirections
            }
            _ => {
                self.begin_command();
                self.compound(body);
                &[]
            }
        };
        self.deferred("");
        self.in_function = was_in_function;
        self.indentation = outer;
        if redirections.is_empty() {
            self.line("}");
        } else {
            self.line("} ");
            self.redirections(redirections);
        }
    }
}
