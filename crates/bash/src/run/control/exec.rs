//! `exec`: a program in place of the shell.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::builtins::{Options, Outcome};
use crate::state::Shell;

impl Shell {
    pub(super) async fn exec_builtin(&mut self, args: &[String], out: &mut Vec<u8>) -> Outcome {
        let mut options = Options::new(args, "cla:");
        let (mut env, mut is_login, mut name) = (None, false, None);
        while let Some(option) = options.next(self, out)? {
            match option.letter {
                'c' => env = Some(Arc::new(BTreeMap::new())),
                'l' => is_login = true,
                _ => name = option.argument.map(str::to_owned),
            }
        }
        let words = options.operands();
        let Some(first) = words.first() else {
            self.keeps_redirections = true;
            return Ok(0);
        };
        if is_login {
            name = Some(format!("-{}", name.as_deref().unwrap_or(first)));
        }
        Ok(self.exec_program(words.to_vec(), env, name).await?)
    }
}
