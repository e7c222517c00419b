//! `expr`: the value of an expression.

use crate::programs::command::{Builtin, BuiltinContext, ExecResult, Result};
use async_trait::async_trait;

use super::posix_regex::{Pattern, Syntax};
use super::quoting::value;
use super::usage;
use sandbox_kernel::{Pace, at_once};

pub(super) struct Expr;

/// Exit code when the expression is none, or cannot be computed.
const WRONG: i32 = 2;

#[async_trait]
impl Builtin for Expr {
    async fn execute(&self, ctx: &BuiltinContext<'_>) -> Result<ExecResult> {
        if let [only] = ctx.args
            && let Some(result) =
                usage::asked(std::slice::from_ref(only), "expr", "expr EXPRESSION\n  or:  expr OPTION")
        {
            return Ok(result);
        }
        let args = if ctx.args.first().is_some_and(|arg| arg == "--") { &ctx.args[1..] } else { ctx.args };
        if args.is_empty() {
            return Ok(ExecResult { exit_code: WRONG, ..usage::error("expr", "missing operand") });
        }
        let mut reader = Reader { args, at: 0, evaluates: true };
        let found = reader.alternatives().and_then(|found| match reader.args.get(reader.at) {
            Some(extra) => syntax(format!("unexpected argument {}", value(extra))),
            None => Ok(found),
        });
        Ok(match found {
            Ok(found) => {
                let code = i32::from(found.is_null());
                ExecResult { exit_code: code, ..ExecResult::ok(found.text() + "\n") }
            }
            Err((problem, code)) => ExecResult::err(format!("expr: {problem}\n"), code),
        })
    }
}

type Problem = (String, i32);
type Read<T> = std::result::Result<T, Problem>;

fn syntax<T>(problem: String) -> Read<T> {
    Err((format!("syntax error: {problem}"), WRONG))
}

fn failed<T>(problem: &str) -> Read<T> {
    Err((problem.to_owned(), WRONG))
}

#[derive(Clone)]
enum Value {
    Number(i128),
    Text(String),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        }
    }

    fn is_null(&self) -> bool {
        match self {
            Value::Number(number) => *number == 0,
            Value::Text(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                text.is_empty() || !digits.is_empty() && digits.bytes().all(|byte| byte == b'0')
            }
        }
    }

    /// The number that it is, or looks like.
    fn number(&self) -> Option<i128> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                all.then(|| text.parse().ok()).flatten()
            }
        }
    }
}

struct Reader<'a> {
    args: &'a [String],
    at: usize,
    /// Not in the half of `|` and `&` that does not count.
    evaluates: bool,
}

impl Reader<'_> {
    /// Takes the next argument if it is one of `words`.
    fn takes<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let next = self.args.get(self.at)?;
        let word = words.iter().find(|word| *next == **word)?;
        self.at += 1;
        Some(word)
    }

    fn required(&self) -> Read<()> {
        if self.at < self.args.len() {
            return Ok(());
        }
        syntax(format!("missing argument after {}", value(&self.args[self.at - 1])))
    }

    /// Reads what only counts if `counts`.
    fn read_if<T>(&mut self, counts: bool, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let before = self.evaluates;
        self.evaluates = before && counts;
        let found = read(self);
        self.evaluates = before;
        found
    }

    fn alternatives(&mut self) -> Read<Value> {
        let mut left = self.conjunction()?;
        while self.takes(&["|"]).is_some() {
            let null = left.is_null();
            let right = self.read_if(null, Self::conjunction)?;
            if null {
                left = if right.is_null() { Value::Number(0) } else { right };
            }
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Read<Value> {
        let mut left = self.comparison()?;
        while self.takes(&["&"]).is_some() {
            let null = left.is_null();
            let right = self.read_if(!null, Self::comparison)?;
            if null || right.is_null() {
                left = Value::Number(0);
            }
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Read<Value> {
        let mut left = self.sum()?;
        while let Some(operator) = self.takes(&["<", "<=", "=", "==", "!=", ">=", ">"]) {
            let right = self.sum()?;
            let order = match (left.number(), right.number()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.text().as_bytes().cmp(right.text().as_bytes()),
            };
            let holds = match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "=" | "==" => order.is_eq(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                _ => order.is_gt(),
            };
            left = Value::Number(i128::from(holds));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Read<Value> {
        let mut left = self.product()?;
        while let Some(operator) = self.takes(&["+", "-"]) {
            let right = self.product()?;
            left = self.computed(operator, &left, &right)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Read<Value> {
        let mut left = self.fitting()?;
        while let Some(operator) = self.takes(&["*", "/", "%"]) {
            let right = self.fitting()?;
            left = self.computed(operator, &left, &right)?;
        }
        Ok(left)
    }

    fn computed(&self, operator: &str, left: &Value, right: &Value) -> Read<Value> {
        if !self.evaluates {
            return Ok(left.clone());
        }
        let (Some(a), Some(b)) = (left.number(), right.number()) else {
            return failed("non-integer argument");
        };
        let result = match operator {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            "*" => a.checked_mul(b),
            _ if b == 0 => return failed("division by zero"),
            "/" => a.checked_div(b),
            _ => a.checked_rem(b),
        };
        match result {
            Some(number) => Ok(Value::Number(number)),
            None => failed("Numerical result out of range"),
        }
    }

    fn fitting(&mut self) -> Read<Value> {
        let mut left = self.word()?;
        while self.takes(&[":"]).is_some() {
            let right = self.word()?;
            left = if self.evaluates { fits(&left.text(), &right.text())? } else { left };
        }
        Ok(left)
    }

    fn word(&mut self) -> Read<Value> {
        self.required()?;
        match self.takes(&["+", "length", "match", "index", "substr"]) {
            Some("+") => {
                self.required()?;
                self.at += 1;
                Ok(Value::Text(self.args[self.at - 1].clone()))
            }
            Some("length") => Ok(Value::Number(self.word()?.text().len() as i128)),
            Some("match") => {
                let (text, pattern) = (self.word()?, self.word()?);
                if self.evaluates { fits(&text.text(), &pattern.text()) } else { Ok(text) }
            }
            Some("index") => {
                let (text, letters) = (self.word()?.text(), self.word()?.text());
                let at = text.bytes().position(|byte| letters.as_bytes().contains(&byte));
                Ok(Value::Number(at.map_or(0, |at| at as i128 + 1)))
            }
            Some(_) => {
                let (text, from, len) = (self.word()?.text(), self.word()?, self.word()?);
                let (Some(from @ 1..), Some(len @ 1..)) = (from.number(), len.number()) else {
                    return Ok(Value::Text(String::new()));
                };
                let bytes =
                    text.bytes().skip((from - 1).min(1 << 62) as usize).take(len.min(1 << 62) as usize);
                Ok(Value::Text(String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()))
            }
            None => self.primary(),
        }
    }

    fn primary(&mut self) -> Read<Value> {
        if self.takes(&["("]).is_some() {
            let found = self.alternatives()?;
            return match self.args.get(self.at) {
                None => syntax(format!("expecting ')' after {}", value(&self.args[self.at - 1]))),
                Some(other) if other != ")" => syntax(format!("expecting ')' instead of {}", value(other))),
                Some(_) => {
                    self.at += 1;
                    Ok(found)
                }
            };
        }
        if self.takes(&[")"]).is_some() {
            return syntax("unexpected ')'".to_owned());
        }
        self.at += 1;
        Ok(Value::Text(self.args[self.at - 1].clone()))
    }
}

/// How far a pattern fits from the start on, or what its first group holds.
fn fits(text: &str, pattern: &str) -> Read<Value> {
    let compiled = Pattern::new(pattern.as_bytes(), Syntax::default());
    let compiled = compiled.map_err(|problem| (problem.to_owned(), WRONG))?;
    let spans = at_once(compiled.find(text.as_bytes(), &mut Pace::default()));
    let spans = spans.filter(|spans| spans[0].is_some_and(|(start, _)| start == 0));
    if compiled.groups > 0 {
        let group = spans.and_then(|spans| spans[1]);
        let bytes = group.map_or(&[][..], |(start, end)| &text.as_bytes()[start..end]);
        return Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()));
    }
    Ok(Value::Number(spans.and_then(|spans| spans[0]).map_or(0, |(_, end)| end as i128)))
}
