//! `[[ … ]]`.

use futures_util::future::BoxFuture;
use sandbox_kernel::Pace;

use crate::builtins::conditions::{compare_files, unary};
use crate::state::{Flow, SetOption, Shell, Unwind};
use crate::syntax::{Test, Word};

impl Shell {
    pub(crate) async fn run_test(&mut self, test: &Test) -> Flow<i32> {
        Ok(match self.holds(test).await? {
            Some(holds) => i32::from(!holds),
            None => 2,
        })
    }

    /// Whether a test holds; `None` after it was told why that cannot be said.
    fn holds<'a>(&'a mut self, test: &'a Test) -> BoxFuture<'a, Flow<Option<bool>>> {
        Box::pin(async move {
            match test {
                Test::Word(word) => {
                    let text = self.expand_text(word).await?;
                    if self.traces() {
                        Box::pin(self.trace_test(&format!("-n {}", super::trace::traced(&text)))).await;
                    }
                    Ok(Some(!text.is_empty()))
                }
                Test::Unary(operator, word) => self.unary_holds(*operator, word).await,
                Test::Binary(left, operator, right) => self.binary_holds(left, operator, right).await,
                Test::Not(test) => Ok(self.holds(test).await?.map(|holds| !holds)),
                Test::And(left, right) => match self.holds(left).await? {
                    Some(true) => self.holds(right).await,
                    other => Ok(other),
                },
                Test::Or(left, right) => match self.holds(left).await? {
                    Some(false) => self.holds(right).await,
                    other => Ok(other),
                },
                Test::Group(test) => self.holds(test).await,
            }
        })
    }

    async fn unary_holds(&mut self, operator: char, word: &Word) -> Flow<Option<bool>> {
        let text = self.expand_text(word).await?;
        if self.traces() {
            Box::pin(self.trace_test(&format!("-{operator} {}", super::trace::traced(&text)))).await;
        }
        Ok(Some(unary(self, operator, &text)))
    }

    async fn binary_holds(&mut self, left: &Word, operator: &str, right: &Word) -> Flow<Option<bool>> {
        let text = self.expand_text(left).await?;
        match operator {
            "=" | "==" | "!=" => {
                let pattern = self.expand_test_pattern(right).await?;
                self.trace_pattern_test(&text, operator, &right.source).await;
                let fits = pattern.matches(&text, &mut Pace::default()).await;
                Ok(Some(fits == (operator != "!=")))
            }
            "=~" => {
                let regex = self.expand_regex(right).await?;
                self.trace_pattern_test(&text, operator, &regex).await;
                self.matches_regex(&text, &regex).await
            }
            "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => {
                let other = self.expand_text(right).await?;
                self.trace_pattern_test(&text, operator, &other).await;
                self.compare_numbers(&text, operator, &other)
            }
            _ => {
                let other = self.expand_text(right).await?;
                self.trace_pattern_test(&text, operator, &super::trace::traced(&other)).await;
                Ok(Some(match operator {
                    "<" => text < other,
                    ">" => text > other,
                    operator => compare_files(self, &text, operator, &other),
                }))
            }
        }
    }

    async fn trace_pattern_test(&mut self, left: &str, operator: &str, right: &str) {
        if self.options.has(SetOption::XTRACE) {
            let line = format!("{} {operator} {right}", super::trace::traced(left));
            if self.traces() {
                Box::pin(self.trace_test(&line)).await;
            }
        }
    }

    fn compare_numbers(&mut self, left: &str, operator: &str, right: &str) -> Flow<Option<bool>> {
        let mut values = [0; 2];
        for (value, text) in values.iter_mut().zip([left, right]) {
            *value = match self.evaluate(text) {
                Ok(value) => value,
                Err(error) => {
                    return match self.arithmetic_failed("[[: ", &error) {
                        Unwind::Discard(_) => Ok(Some(false)),
                        unwind => Err(unwind),
                    };
                }
            };
        }
        let [left, right] = values;
        Ok(Some(match operator {
            "-eq" => left == right,
            "-ne" => left != right,
            "-lt" => left < right,
            "-le" => left <= right,
            "-gt" => left > right,
            _ => left >= right,
        }))
    }
}
