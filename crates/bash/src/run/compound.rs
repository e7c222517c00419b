//! Compound commands.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sandbox_kernel::Pace;

use super::background::Work;
use super::nesting::Nested;
use crate::state::{Flow, Shell, Unwind};
use crate::syntax::{Arithmetic, Arm, ArmEnd, Compound, CompoundKind, List, Word, head};

impl Shell {
    /// Runs a compound command with its redirections.
    pub(crate) fn run_compound<'a>(&'a mut self, compound: &'a Arc<Compound>) -> BoxFuture<'a, Flow<i32>> {
        Box::pin(async move {
            if self.needs_another_stack()? {
                return self.run_on_another_stack(Nested::Compound(Arc::clone(compound))).await;
            }
            self.run_compound_here(compound).await
        })
    }

    pub(super) fn run_compound_here<'a>(&'a mut self, compound: &'a Compound) -> BoxFuture<'a, Flow<i32>> {
        Box::pin(async move {
            self.line = compound.line;
            self.depth += 1;
            let ran = match compound.redirections.is_empty() {
                true => self.run_kind(compound).await,
                false => self.run_redirected(compound).await,
            };
            self.depth -= 1;
            if self.signalled_child.is_some() {
                self.tell_of_a_signal(compound);
            }
            ran
        })
    }

    async fn run_redirected(&mut self, compound: &Compound) -> Flow<i32> {
        let open_before = self.substituted.len();
        let status = match self.redirect(&compound.redirections).await? {
            Ok(before) => {
                let reads_redirected = self.reads_redirected;
                self.reads_redirected |= before.iter().any(|(number, _)| *number == 0);
                let ran = self.run_kind(compound).await;
                self.reads_redirected = reads_redirected;
                self.undo_redirections(before);
                ran
            }
            Err(status) => Ok(status),
        };
        self.close_substituted(open_before);
        status
    }

    async fn run_kind(&mut self, compound: &Compound) -> Flow<i32> {
        match &compound.kind {
            CompoundKind::Group(list) => self.run_list_afresh(list).await,
            CompoundKind::Subshell(list) => self.run_in_subshell(list).await,
            CompoundKind::If { branches, otherwise } => self.run_if(branches, otherwise.as_ref()).await,
            CompoundKind::While { until, condition, body } => self.run_while(*until, condition, body).await,
            CompoundKind::For { name, words, body } => {
                self.run_for(compound, name, words.as_deref(), body).await
            }
            CompoundKind::ArithmeticFor { init, condition, step, body } => {
                self.run_arithmetic_for([init, condition, step], body, compound.line).await
            }
            CompoundKind::Select { name, words, body } => self.run_select(name, words.as_deref(), body).await,
            CompoundKind::Case { word, arms } => {
                self.run_debug_trap_for(|| head(compound)).await?;
                self.run_case(word, arms).await
            }
            CompoundKind::Arithmetic(expression) => {
                self.run_debug_trap_for(|| head(compound)).await?;
                self.run_arithmetic(expression).await
            }
            CompoundKind::Test(test) => {
                self.run_debug_trap_for(|| head(compound)).await?;
                self.run_test(test).await
            }
            CompoundKind::Coproc { name, body } => self.run_coprocess(name, body).await,
        }
    }

    /// Runs a list that may be empty: then nothing has failed.
    pub(super) async fn run_list_afresh(&mut self, list: &List) -> Flow<i32> {
        if list.items.is_empty() {
            self.status = 0;
        }
        self.run_list(list).await
    }

    async fn run_if(&mut self, branches: &[(List, List)], otherwise: Option<&List>) -> Flow<i32> {
        for (condition, body) in branches {
            if self.run_condition(condition).await? {
                return self.run_list_afresh(body).await;
            }
        }
        match otherwise {
            Some(body) => self.run_list_afresh(body).await,
            None => Ok(0),
        }
    }

    async fn run_while(&mut self, until: bool, condition: &List, body: &List) -> Flow<i32> {
        let mut status = 0;
        self.loops += 1;
        let ran = async {
            loop {
                match self.run_condition(condition).await {
                    Ok(holds) if holds == until => return Ok(()),
                    Ok(_) => {}
                    Err(unwind) => match in_loop(unwind)? {
                        Turn::Next => continue,
                        Turn::End => return Ok(()),
                    },
                }
                if self.turn_of_loop(body, &mut status).await? == Turn::End {
                    return Ok(());
                }
            }
        }
        .await;
        self.loops -= 1;
        ran.map(|()| status)
    }

    /// Runs a loop's body once; `status` is the body's, and 0 after a `break` or `continue`.
    async fn turn_of_loop(&mut self, body: &List, status: &mut i32) -> Flow<Turn> {
        match self.run_list(body).await {
            Ok(last) => {
                *status = last;
                Ok(Turn::Next)
            }
            Err(unwind) => {
                let turn = in_loop(unwind)?;
                (*status, self.status) = (0, 0);
                Ok(turn)
            }
        }
    }

    async fn run_for(
        &mut self,
        compound: &Compound,
        name: &str,
        words: Option<&[Word]>,
        body: &List,
    ) -> Flow<i32> {
        if !crate::syntax::is_name(name) {
            self.complain(format!("`{name}': not a valid identifier"));
            return Ok(1);
        }
        let values = match words {
            Some(words) => self.expand_words(words).await?,
            None => self.positional.clone(),
        };
        self.loops += 1;
        let ran = self.turns_of_for(compound, name, words, values, body).await;
        self.loops -= 1;
        ran
    }

    async fn turns_of_for(
        &mut self,
        compound: &Compound,
        name: &str,
        words: Option<&[Word]>,
        values: Vec<String>,
        body: &List,
    ) -> Flow<i32> {
        let mut status = 0;
        for value in values {
            self.line = compound.line;
            if self.traces() {
                Box::pin(self.trace_for(name, words)).await;
            }
            self.run_debug_trap_for(|| head(compound)).await?;
            if !self.assign_or_complain(name, value) {
                return Ok(1);
            }
            if self.turn_of_loop(body, &mut status).await? == Turn::End {
                break;
            }
        }
        Ok(status)
    }

    async fn run_arithmetic_for(&mut self, parts: [&Arithmetic; 3], body: &List, line: u32) -> Flow<i32> {
        self.loops += 1;
        let ran = self.turns_of_arithmetic_for(parts, body, line).await;
        self.loops -= 1;
        ran
    }

    async fn turns_of_arithmetic_for(
        &mut self,
        [init, condition, step]: [&Arithmetic; 3],
        body: &List,
        line: u32,
    ) -> Flow<i32> {
        let mut status = 0;
        if self.evaluate_part(init, line).await?.is_none() {
            return Ok(1);
        }
        loop {
            match self.evaluate_part(condition, line).await? {
                None => return Ok(1),
                Some(0) => return Ok(status),
                Some(_) => {}
            }
            if self.turn_of_loop(body, &mut status).await? == Turn::End {
                return Ok(status);
            }
            if self.evaluate_part(step, line).await?.is_none() {
                return Ok(1);
            }
        }
    }

    /// One of the three expressions of `for ((;;))`; an empty one is 1. `None`: it was told what is wrong.
    async fn evaluate_part(&mut self, part: &Arithmetic, line: u32) -> Flow<Option<i64>> {
        if part.text.parts.is_empty() {
            return Ok(Some(1));
        }
        self.line = line;
        if self.traces() {
            Box::pin(self.trace_arithmetic(part)).await;
        }
        self.evaluate_command(part).await
    }

    async fn run_arithmetic(&mut self, expression: &Arithmetic) -> Flow<i32> {
        if self.traces() {
            Box::pin(self.trace_arithmetic(expression)).await;
        }
        Ok(match self.evaluate_command(expression).await? {
            Some(value) => i32::from(value == 0),
            None => 1,
        })
    }

    async fn run_case(&mut self, word: &Word, arms: &[Arm]) -> Flow<i32> {
        let value = self.expand_text(word).await?;
        if self.traces() {
            Box::pin(self.trace_case(word)).await;
        }
        let mut falls_through = false;
        let mut status = 0;
        let mut pace = Pace::default();
        for arm in arms {
            let mut matches = std::mem::take(&mut falls_through);
            for pattern in &arm.patterns {
                if matches {
                    break;
                }
                let pattern = self.expand_pattern(pattern).await?;
                matches = pattern.matches(&value, &mut pace).await;
            }
            if !matches {
                continue;
            }
            status = self.run_list_afresh(&arm.body).await?;
            match arm.end {
                ArmEnd::Break => return Ok(status),
                ArmEnd::FallThrough => falls_through = true,
                ArmEnd::TryNext => {}
            }
        }
        Ok(status)
    }

    async fn run_in_subshell(&mut self, list: &Arc<List>) -> Flow<i32> {
        let Some(mut child) = self.fork_or_complain(vec![]) else { return Ok(254) };
        child.enter_subshell();
        child.jobs.forget_inherited();
        if self.controls_jobs() {
            let text = self.job_text.clone();
            let work = Work::List(Arc::clone(list));
            return Ok(self.run_as_job(vec![(child, work)], &text).await?.pop().unwrap_or(0));
        }
        let process = Arc::clone(&child.process);
        self.spawn(child, Work::List(Arc::clone(list)));
        let status = process.ended().await;
        Ok(self.status_of(&process, status))
    }
}

/// What becomes of a loop after a `break` or `continue` inside of it.
#[derive(PartialEq, Eq)]
pub(crate) enum Turn {
    Next,
    End,
}

/// What an unwinding means to the loop around it; the loops further out get what is meant for them.
pub(crate) fn in_loop(unwind: Unwind) -> Flow<Turn> {
    match unwind {
        Unwind::Break(1) => Ok(Turn::End),
        Unwind::Continue(1) => Ok(Turn::Next),
        Unwind::Break(levels) => Err(Unwind::Break(levels - 1)),
        Unwind::Continue(levels) => Err(Unwind::Continue(levels - 1)),
        unwind => Err(unwind),
    }
}
