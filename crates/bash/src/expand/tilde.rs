//! `~`, `~user`, `~+`, `~-`.

use crate::state::{Shell, Variable};

impl Shell {
    /// What `~name` stands for. `None`: it stands for itself.
    pub(super) fn home_of(&mut self, name: &str) -> Option<String> {
        match name {
            "" => match self.variables.get("HOME").and_then(Variable::scalar) {
                Some(home) => Some(home.to_owned()),
                None => {
                    let uid = self.process.credentials().uid.to_string();
                    self.home_in_passwd(|fields| fields.get(2) == Some(&uid.as_str()))
                }
            },
            "+" => self.value("PWD").map(|value| value.into_owned()),
            "-" => self.value("OLDPWD").map(|value| value.into_owned()),
            name => match name.trim_start_matches(['+', '-']).parse::<usize>() {
                Ok(number) => self.directory_of_stack(number, name.starts_with('-')),
                Err(_) => self.home_in_passwd(|fields| fields.first() == Some(&name)),
            },
        }
    }

    fn directory_of_stack(&mut self, number: usize, from_end: bool) -> Option<String> {
        let count = self.directories.len() + 1;
        let place = if from_end { count.checked_sub(number + 1)? } else { number };
        match place {
            0 => Some(self.process.cwd()),
            place => self.directories.iter().rev().nth(place - 1).cloned(),
        }
    }

    fn home_in_passwd(&self, is_meant: impl Fn(&[&str]) -> bool) -> Option<String> {
        let passwd = self.process.files().read("/etc/passwd").ok()?;
        let passwd = String::from_utf8_lossy(&passwd);
        passwd.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            is_meant(&fields).then(|| fields.get(5).map(|home| (*home).to_owned()))?
        })
    }
}
