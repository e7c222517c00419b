//! `complete`, `compgen` and `compopt`: how words are completed.

use super::options::{Options, usage};
use super::outcome::{Outcome, Stop, failed};
use super::{generate, quoting};
use crate::state::Shell;
use crate::text;

/// What words come from, with the letters of those that have one.
pub(crate) const ACTIONS: &[(&str, Option<char>)] = &[
    ("alias", Some('a')),
    ("builtin", Some('b')),
    ("command", Some('c')),
    ("directory", Some('d')),
    ("export", Some('e')),
    ("file", Some('f')),
    ("group", Some('g')),
    ("job", Some('j')),
    ("keyword", Some('k')),
    ("service", Some('s')),
    ("user", Some('u')),
    ("variable", Some('v')),
    ("arrayvar", None),
    ("binding", None),
    ("disabled", None),
    ("enabled", None),
    ("function", None),
    ("helptopic", None),
    ("hostname", None),
    ("running", None),
    ("setopt", None),
    ("shopt", None),
    ("signal", None),
    ("stopped", None),
];

/// What `-o` takes.
const OPTIONS: &[&str] =
    &["bashdefault", "default", "dirnames", "filenames", "noquote", "nosort", "nospace", "plusdirs"];

/// How a command's words are completed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spec {
    /// Of [`OPTIONS`], by place.
    options: Vec<usize>,
    /// Of [`ACTIONS`], by place.
    actions: Vec<usize>,
    /// The arguments of `-G -W -P -S -X -F -C`, by letter in this order.
    texts: [Option<String>; TEXTS.len()],
}

const TEXTS: [char; 7] = ['G', 'W', 'P', 'S', 'X', 'F', 'C'];

impl Spec {
    /// The argument of an option.
    pub(crate) fn text(&self, letter: char) -> Option<&str> {
        let place = TEXTS.iter().position(|known| *known == letter)?;
        self.texts[place].as_deref()
    }

    /// Names of the actions.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'static str> {
        self.actions.iter().map(|place| ACTIONS[*place].0)
    }

    /// Words of one kind.
    pub(crate) fn of_action(name: &str) -> Self {
        let place = ACTIONS.iter().position(|(known, _)| *known == name);
        Self { actions: place.into_iter().collect(), ..Self::default() }
    }

    /// Whether `-o` was given that.
    pub(crate) fn has_option(&self, name: &str) -> bool {
        self.options.iter().any(|place| OPTIONS[*place] == name)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes an option of `complete` or `compgen`; false for one that says something else.
    fn take(
        &mut self,
        shell: &mut Shell,
        builtin: &str,
        letter: char,
        argument: Option<&str>,
    ) -> Outcome<bool> {
        let text = argument.unwrap_or_default();
        match letter {
            'o' => {
                let Some(place) = OPTIONS.iter().position(|known| *known == text) else {
                    shell.complain(format!("{builtin}: {text}: invalid option name"));
                    return Err(Stop::Failed(2));
                };
                add(&mut self.options, place);
            }
            'A' => {
                let Some(place) = ACTIONS.iter().position(|(known, _)| *known == text) else {
                    shell.complain(format!("{builtin}: {text}: invalid action name"));
                    return Err(Stop::Failed(2));
                };
                add(&mut self.actions, place);
            }
            letter => {
                if let Some(place) = TEXTS.iter().position(|known| *known == letter) {
                    self.texts[place] = Some(text.to_owned());
                } else if let Some(place) = ACTIONS.iter().position(|(_, known)| *known == Some(letter)) {
                    add(&mut self.actions, place);
                } else {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The command that makes it again.
    fn command(&self, name: &str) -> String {
        let mut command = String::from("complete");
        for place in &self.options {
            command += &format!(" -o {}", OPTIONS[*place]);
        }
        for place in &self.actions {
            match ACTIONS[*place] {
                (_, Some(letter)) => command += &format!(" -{letter}"),
                (name, None) => command += &format!(" -A {name}"),
            }
        }
        for letter in ['G', 'W', 'P', 'S', 'X', 'F', 'C'] {
            match self.text(letter) {
                Some(function) if letter == 'F' => {
                    command += &format!(" -F {}", quoting::where_needed(function, true))
                }
                Some(text) => command += &format!(" -{letter} {}", quoting::single(text)),
                None => {}
            }
        }
        format!("{command} {name}\n")
    }
}

fn add(places: &mut Vec<usize>, place: usize) {
    if let Err(at) = places.binary_search(&place) {
        places.insert(at, place);
    }
}

/// `complete`
pub(super) fn complete(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "abcdefgjko:prsuvA:G:W:P:S:X:F:C:DEI");
    let (mut spec, mut prints, mut removes, mut names) = (Spec::default(), false, false, Vec::new());
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'p' => prints = true,
            'r' => removes = true,
            letter @ ('D' | 'E' | 'I') => names = vec![format!("-{letter}")],
            letter => {
                spec.take(shell, "complete", letter, option.argument)?;
            }
        }
    }
    if names.is_empty() {
        names = options.operands().to_vec();
    }
    if removes {
        if names.is_empty() {
            shell.memory.completions.clear();
        }
        return for_each(shell, &names, |shell, name| shell.memory.completions.remove(name).is_some());
    }
    if prints || names.is_empty() && spec.is_empty() {
        if names.is_empty() {
            let mut all: Vec<_> = shell.memory.completions.iter().collect();
            all.sort_by_key(|(name, _)| bucket(name));
            for (name, spec) in all {
                out.extend_from_slice(&text::encode(&spec.command(name)));
            }
        }
        return for_each(shell, &names, |shell, name| match shell.memory.completions.get(name) {
            Some(spec) => {
                out.extend_from_slice(&text::encode(&spec.command(name)));
                true
            }
            None => false,
        });
    }
    if names.is_empty() {
        return Err(usage(shell, "complete"));
    }
    for name in names {
        shell.memory.completions.insert(name, spec.clone());
    }
    Ok(0)
}

/// Where bash's own table has a command: it lists them in that order.
fn bucket(name: &str) -> u32 {
    let name = match name {
        "-D" => "_DefaultCmD_",
        "-E" => "_EmptycmD_",
        "-I" => "_InitialWorD_",
        name => name,
    };
    crate::state::table_hash(name) & 0x1ff
}

/// Does something for each command; those for which it is not possible have no completion.
fn for_each(shell: &mut Shell, names: &[String], mut run: impl FnMut(&mut Shell, &str) -> bool) -> Outcome {
    let mut status = 0;
    for name in names {
        if !run(shell, name) {
            shell.complain(format!("complete: {name}: no completion specification"));
            status = 1;
        }
    }
    Ok(status)
}

/// `compopt`
pub(super) fn compopt(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "+o:DEI");
    let (mut on, mut off, mut names) = (Spec::default(), Spec::default(), Vec::new());
    while let Some(option) = options.next(shell, out)? {
        match option.letter {
            'o' => {
                let spec = if option.plus { &mut off } else { &mut on };
                spec.take(shell, "compopt", 'o', option.argument)?;
            }
            letter => names = vec![format!("-{letter}")],
        }
    }
    if names.is_empty() {
        names = options.operands().to_vec();
    }
    if names.is_empty() {
        return Err(failed(shell, "compopt: not currently executing completion function"));
    }
    let mut status = 0;
    for name in &names {
        let Some(spec) = shell.memory.completions.get_mut(name) else {
            shell.complain(format!("compopt: {name}: no completion specification"));
            status = 1;
            continue;
        };
        if on.is_empty() && off.is_empty() {
            let signs = OPTIONS.iter().enumerate();
            let signs = signs.map(|(place, option)| {
                let sign = if spec.options.contains(&place) { '-' } else { '+' };
                format!(" {sign}o {option}")
            });
            let line = format!("compopt{} {name}\n", signs.collect::<String>());
            out.extend_from_slice(&text::encode(&line));
            continue;
        }
        on.options.iter().for_each(|place| add(&mut spec.options, *place));
        spec.options.retain(|place| !off.options.contains(place));
    }
    Ok(status)
}

/// `compgen`
pub(super) async fn compgen(shell: &mut Shell, args: &[String], out: &mut Vec<u8>) -> Outcome {
    let mut options = Options::new(args, "abcdefgjko:prsuvA:G:W:P:S:X:F:C:DEI");
    let mut spec = Spec::default();
    while let Some(option) = options.next(shell, out)? {
        if !spec.take(shell, "compgen", option.letter, option.argument)? {
            let letter = option.letter;
            shell.complain(format!("compgen: -{letter}: invalid option"));
            return Err(usage(shell, "compgen"));
        }
    }
    if spec.is_empty() {
        return Ok(0);
    }
    if spec.text('F').is_some() {
        shell.complain("compgen: warning: -F option may not work as you expect");
    }
    if spec.text('C').is_some() {
        shell.complain("compgen: warning: -C option may not work as you expect");
    }
    let word = options.operands().first().map_or("", String::as_str);
    let words = generate::words(shell, &spec, word).await?;
    for word in &words {
        out.extend_from_slice(&text::encode(&format!("{word}\n")));
    }
    Ok(if words.is_empty() { 1 } else { 0 })
}
