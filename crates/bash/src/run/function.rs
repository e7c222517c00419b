//! Defining and calling functions.

use std::sync::Arc;

use crate::state::{Caller, Flow, FunctionDefinition, Shell, Unwind};
use crate::syntax::Function;

impl Shell {
    /// Defines a function.
    pub(crate) fn define_function(&mut self, function: &Function) -> i32 {
        if self.functions.get(&function.name).is_some_and(|known| known.readonly) {
            self.complain(format!("{}: readonly function", function.name));
            return 1;
        }
        let definition = FunctionDefinition {
            function: Arc::new(function.clone()),
            source: self.source(),
            exported: false,
            readonly: false,
            traced: false,
        };
        self.functions.insert(function.name.clone(), definition);
        0
    }

    /// The file whose commands run: `BASH_SOURCE`.
    pub(crate) fn source(&self) -> Arc<str> {
        match self.callers.last() {
            Some(caller) => Arc::clone(&caller.source),
            None => match self.is_command_string {
                true => Arc::from("environment"),
                false => Arc::clone(&self.name),
            },
        }
    }

    /// Calls a function; `arguments` are `$1` and so on.
    pub(crate) async fn call_function(
        &mut self,
        definition: FunctionDefinition,
        arguments: Vec<String>,
    ) -> Flow<i32> {
        let limit = self
            .variables
            .get("FUNCNEST")
            .and_then(|variable| variable.scalar())
            .and_then(|text| text.parse().ok());
        if limit.is_some_and(|limit: usize| limit > 0 && self.variables.depth() >= limit) {
            let name = &definition.function.name;
            self.complain(format!(
                "{name}: maximum function nesting level exceeded ({})",
                limit.unwrap_or(0)
            ));
            return Err(Unwind::Discard(1));
        }
        self.is_last_command = false;
        let positional = std::mem::replace(&mut self.positional, arguments);
        let loops = std::mem::take(&mut self.loops);
        let hidden_traps = self.hide_traps(definition.traced);
        self.variables.enter();
        self.callers.push(Caller {
            name: Arc::from(&*definition.function.name),
            source: Arc::clone(&definition.source),
            called_from: self.line,
            is_function: true,
        });
        let called_from = self.line;
        let ran = self.run_compound(&definition.function.body).await;
        let ran = match ran {
            Err(Unwind::Return(status)) => Ok(status),
            ran => ran,
        };
        if let Ok(status) = ran {
            self.status = status;
        }
        let ran = match ran {
            Ok(status) => self.run_return_trap().await.map(|()| status),
            ran => ran,
        };
        self.callers.pop();
        self.restore_options();
        self.variables.leave();
        self.give_options_back();
        self.show_traps(hidden_traps);
        (self.loops, self.positional, self.line) = (loops, positional, called_from);
        ran
    }

    /// What `local -` has promised: the function's options end with it.
    fn restore_options(&mut self) {
        let depth = self.variables.depth();
        if let Some((_, options)) = self.memory.options_before.pop_if(|(known, _)| *known >= depth) {
            self.options = options;
        }
    }
}
