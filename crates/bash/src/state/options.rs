//! The options of `set` and `shopt`.

/// Options that are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    set: u32,
    shopt: u64,
}

/// The options of `set -o` in the order in which bash lists them, with their letters.
pub const SET_OPTIONS: &[(&str, Option<char>)] = &[
    ("allexport", Some('a')),
    ("braceexpand", Some('B')),
    ("emacs", None),
    ("errexit", Some('e')),
    ("errtrace", Some('E')),
    ("functrace", Some('T')),
    ("hashall", Some('h')),
    ("histexpand", Some('H')),
    ("history", None),
    ("ignoreeof", None),
    ("interactive-comments", None),
    ("keyword", Some('k')),
    ("monitor", Some('m')),
    ("noclobber", Some('C')),
    ("noexec", Some('n')),
    ("noglob", Some('f')),
    ("nolog", None),
    ("notify", Some('b')),
    ("nounset", Some('u')),
    ("onecmd", Some('t')),
    ("physical", Some('P')),
    ("pipefail", None),
    ("posix", None),
    ("privileged", Some('p')),
    ("verbose", Some('v')),
    ("vi", None),
    ("xtrace", Some('x')),
];

/// The options of `shopt` in the order in which bash lists them, and whether they are on in a script.
pub const SHOPT_OPTIONS: &[(&str, bool)] = &[
    ("autocd", false),
    ("assoc_expand_once", false),
    ("cdable_vars", false),
    ("cdspell", false),
    ("checkhash", false),
    ("checkjobs", false),
    ("checkwinsize", true),
    ("cmdhist", true),
    ("compat31", false),
    ("compat32", false),
    ("compat40", false),
    ("compat41", false),
    ("compat42", false),
    ("compat43", false),
    ("compat44", false),
    ("complete_fullquote", true),
    ("direxpand", false),
    ("dirspell", false),
    ("dotglob", false),
    ("execfail", false),
    ("expand_aliases", false),
    ("extdebug", false),
    ("extglob", false),
    ("extquote", true),
    ("failglob", false),
    ("force_fignore", true),
    ("globasciiranges", true),
    ("globskipdots", true),
    ("globstar", false),
    ("gnu_errfmt", false),
    ("histappend", false),
    ("histreedit", false),
    ("histverify", false),
    ("hostcomplete", true),
    ("huponexit", false),
    ("inherit_errexit", false),
    ("interactive_comments", true),
    ("lastpipe", false),
    ("lithist", false),
    ("localvar_inherit", false),
    ("localvar_unset", false),
    ("login_shell", false),
    ("mailwarn", false),
    ("no_empty_cmd_completion", false),
    ("nocaseglob", false),
    ("nocasematch", false),
    ("noexpand_translation", false),
    ("nullglob", false),
    ("patsub_replacement", true),
    ("progcomp", true),
    ("progcomp_alias", false),
    ("promptvars", true),
    ("restricted_shell", false),
    ("shift_verbose", false),
    ("sourcepath", true),
    ("varredir_close", false),
    ("xpg_echo", false),
];

/// One option of `set`, as a constant that needs no search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOption(u8);

/// One option of `shopt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShoptOption(u8);

macro_rules! set_options {
    ($($constant:ident $name:literal)*) => {
        #[expect(missing_docs, reason = "each has the name of the option")]
        impl SetOption { $(pub const $constant: SetOption = SetOption(index(SET_OPTIONS, $name));)* }
    };
}

const fn index(options: &[(&str, Option<char>)], name: &str) -> u8 {
    let mut at = 0;
    while at < options.len() {
        if same(options[at].0, name) {
            return at as u8;
        }
        at += 1;
    }
    panic!("no such option");
}

const fn shopt_index(name: &str) -> u8 {
    let mut at = 0;
    while at < SHOPT_OPTIONS.len() {
        if same(SHOPT_OPTIONS[at].0, name) {
            return at as u8;
        }
        at += 1;
    }
    panic!("no such option");
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

set_options! {
    ALLEXPORT "allexport"
    BRACEEXPAND "braceexpand"
    ERREXIT "errexit"
    ERRTRACE "errtrace"
    FUNCTRACE "functrace"
    HASHALL "hashall"
    EMACS "emacs"
    HISTEXPAND "histexpand"
    HISTORY "history"
    IGNOREEOF "ignoreeof"
    MONITOR "monitor"
    NOCLOBBER "noclobber"
    NOEXEC "noexec"
    NOGLOB "noglob"
    NOUNSET "nounset"
    ONECMD "onecmd"
    PHYSICAL "physical"
    PIPEFAIL "pipefail"
    POSIX "posix"
    VERBOSE "verbose"
    XTRACE "xtrace"
    INTERACTIVE_COMMENTS "interactive-comments"
}

macro_rules! shopt_options {
    ($($constant:ident $name:literal)*) => {
        #[expect(missing_docs, reason = "each has the name of the option")]
        impl ShoptOption { $(pub const $constant: ShoptOption = ShoptOption(shopt_index($name));)* }
    };
}

shopt_options! {
    AUTOCD "autocd"
    CDABLE_VARS "cdable_vars"
    CHECKWINSIZE "checkwinsize"
    DOTGLOB "dotglob"
    EXECFAIL "execfail"
    EXPAND_ALIASES "expand_aliases"
    EXTDEBUG "extdebug"
    EXTGLOB "extglob"
    FAILGLOB "failglob"
    GLOBSKIPDOTS "globskipdots"
    GLOBSTAR "globstar"
    HISTAPPEND "histappend"
    INHERIT_ERREXIT "inherit_errexit"
    LASTPIPE "lastpipe"
    LOCALVAR_INHERIT "localvar_inherit"
    LOCALVAR_UNSET "localvar_unset"
    LOGIN_SHELL "login_shell"
    NOCASEGLOB "nocaseglob"
    NOCASEMATCH "nocasematch"
    NULLGLOB "nullglob"
    PATSUB_REPLACEMENT "patsub_replacement"
    SHIFT_VERBOSE "shift_verbose"
    SOURCEPATH "sourcepath"
    XPG_ECHO "xpg_echo"
}

impl Default for Options {
    fn default() -> Self {
        let mut options = Self { set: 0, shopt: 0 };
        for option in [SetOption::BRACEEXPAND, SetOption::HASHALL, SetOption::INTERACTIVE_COMMENTS] {
            options.set(option, true);
        }
        for (at, (_, is_on)) in SHOPT_OPTIONS.iter().enumerate() {
            options.set_shopt(ShoptOption(at as u8), *is_on);
        }
        options
    }
}

impl Options {
    /// Whether an option of `set` is on.
    pub fn has(&self, option: SetOption) -> bool {
        self.set >> option.0 & 1 == 1
    }

    /// Turns an option of `set` on or off.
    pub fn set(&mut self, option: SetOption, is_on: bool) {
        self.set = self.set & !(1 << option.0) | u32::from(is_on) << option.0;
    }

    /// Whether an option of `shopt` is on.
    pub fn has_shopt(&self, option: ShoptOption) -> bool {
        self.shopt >> option.0 & 1 == 1
    }

    /// Turns an option of `shopt` on or off.
    pub fn set_shopt(&mut self, option: ShoptOption, is_on: bool) {
        self.shopt = self.shopt & !(1 << option.0) | u64::from(is_on) << option.0;
    }
}

impl SetOption {
    /// The option of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        SET_OPTIONS.iter().position(|(known, _)| *known == name).map(|at| Self(at as u8))
    }

    /// The option of a letter.
    pub fn by_letter(letter: char) -> Option<Self> {
        SET_OPTIONS.iter().position(|(_, known)| *known == Some(letter)).map(|at| Self(at as u8))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        SET_OPTIONS[usize::from(self.0)].0
    }
}

impl ShoptOption {
    /// The option of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        SHOPT_OPTIONS.iter().position(|(known, _)| *known == name).map(|at| Self(at as u8))
    }
}
