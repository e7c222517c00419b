//! What a script means, before anything of it is expanded or run.

use std::sync::Arc;

/// Commands one after another: `a && b; c & d`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// In the order in which they run.
    pub items: Vec<Item>,
}

/// One member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What runs.
    pub and_or: AndOr,
    /// Whether it ended in `&`.
    pub background: bool,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AndOr {
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with what stands before it.
    pub rest: Vec<(Connector, Pipeline)>,
}

/// `&&` or `||`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`. A `|&` is a `|` after a command that got the redirection `2>&1` as its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Whether a `!` stands before it (two cancel each other).
    pub negated: bool,
    /// `time` before it.
    pub timed: Option<Timed>,
    /// Empty only after a `!` or `time` that stands alone.
    pub commands: Vec<Command>,
}

/// How `time` reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timed {
    /// By `$TIMEFORMAT`.
    Format,
    /// `time -p`
    Posix,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A program, builtin or function with its arguments, or assignments alone.
    Simple(Simple),
    /// `if`, `{ … }` and so on, with the redirections after it.
    Compound(Arc<Compound>),
    /// A definition of a function.
    Function(Function),
}

/// `a=1 cmd arg >file`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// Assignments before the command's name.
    pub assignments: Vec<Assignment>,
    /// The name and the arguments.
    pub words: Vec<Word>,
    /// In the order in which they were written.
    pub redirections: Vec<Redirection>,
    /// The line on which it begins, from 1.
    pub line: u32,
}

/// A compound command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound {
    /// Which.
    pub kind: CompoundKind,
    /// What stands after it.
    pub redirections: Vec<Redirection>,
    /// The line on which it begins, from 1.
    pub line: u32,
}

/// The kinds of compound commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompoundKind {
    /// `{ … }`
    Group(List),
    /// `( … )`
    Subshell(Arc<List>),
    /// `if …; then …; elif …; then …; else …; fi`
    If {
        /// Conditions with what they lead to.
        branches: Vec<(List, List)>,
        /// After `else`.
        otherwise: Option<List>,
    },
    /// `while` and `until`
    While {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// The body.
        body: List,
    },
    /// `for name in …; do …; done`
    For {
        /// The variable.
        name: String,
        /// Absent: the positional parameters.
        words: Option<Vec<Word>>,
        /// The body.
        body: List,
    },
    /// `for ((init; condition; step)); do …; done`
    ArithmeticFor {
        /// Empty where nothing stands.
        init: Arithmetic,
        /// Empty where nothing stands: true.
        condition: Arithmetic,
        /// Empty where nothing stands.
        step: Arithmetic,
        /// The body.
        body: List,
    },
    /// `select name in …; do …; done`
    Select {
        /// The variable.
        name: String,
        /// Absent: the positional parameters.
        words: Option<Vec<Word>>,
        /// The body.
        body: List,
    },
    /// `case word in … esac`
    Case {
        /// What is compared.
        word: Word,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `((expression))`
    Arithmetic(Arithmetic),
    /// `[[ expression ]]`
    Test(Test),
    /// `coproc NAME command`
    Coproc {
        /// `COPROC` unless named.
        name: String,
        /// What runs.
        body: Command,
    },
}

/// One arm of `case`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The patterns.
    pub patterns: Vec<Word>,
    /// What runs.
    pub body: List,
    /// How it ends.
    pub end: ArmEnd,
}

/// How an arm of `case` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArmEnd {
    /// `;;`
    Break,
    /// `;&`: the next body runs too.
    FallThrough,
    /// `;;&`: the next patterns are tried too.
    TryNext,
}

/// `name() body`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its body with the redirections after it; nearly always a group.
    pub body: Arc<Compound>,
    /// The line of its name.
    pub line: u32,
}

/// The expression of `[[ … ]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `word`: true unless empty.
    Word(Word),
    /// `-f word`
    Unary(char, Word),
    /// `-o word` and `-v word` are [`Test::Unary`] too. `a == b`, `a =~ b`, `a -lt b`, `a -nt b`, `a < b` …
    Binary(Word, String, Word),
    /// `! test`
    Not(Box<Test>),
    /// `a && b`
    And(Box<Test>, Box<Test>),
    /// `a || b`
    Or(Box<Test>, Box<Test>),
    /// `( test )`, kept for printing.
    Group(Box<Test>),
}

/// An assignment: `name=value`, `name+=value`, `name[subscript]=value`, `name=(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Between `[` and `]`, not yet expanded.
    pub subscript: Option<Word>,
    /// Whether it is `+=`.
    pub append: bool,
    /// What is assigned.
    pub value: AssignmentValue,
}

/// What is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignmentValue {
    /// Text. Empty: the empty text.
    Scalar(Word),
    /// `( … )`
    Array(Vec<Element>),
}

/// One element of `( … )`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// `[subscript]=`
    pub subscript: Option<Word>,
    /// Whether it is `[subscript]+=`.
    pub append: bool,
    /// The value; without a subscript it may become several.
    pub value: Word,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// Which descriptor.
    pub target: RedirectionTarget,
    /// What becomes of it.
    pub kind: RedirectionKind,
}

/// Which descriptor a redirection is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectionTarget {
    /// None was written: 0 for input, 1 for output.
    Default,
    /// `3>`
    Number(i32),
    /// `{name}>`: a free one, its number goes into the variable.
    Variable(String),
}

/// What a redirection does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectionKind {
    /// `<`
    Read(Word),
    /// `>`
    Write(Word),
    /// `>|`
    Clobber(Word),
    /// `>>`
    Append(Word),
    /// `<>`
    ReadWrite(Word),
    /// `<&`; the word expands to a number, to a number and `-`, or to `-`.
    DuplicateInput(Word),
    /// `>&` with a descriptor or a file, as the word expands.
    DuplicateOutput(Word),
    /// `&>`
    WriteBoth(Word),
    /// `&>>`
    AppendBoth(Word),
    /// `<<` and `<<-`; the leading tabs of `<<-` are gone already.
    HereDocument(HereDocument),
    /// `<<<`
    HereString(Word),
}

/// A here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HereDocument {
    /// The word as it was written, for printing.
    pub delimiter: String,
    /// Whether it was `<<-`.
    pub strip_tabs: bool,
    /// The body: one literal where the delimiter was quoted, else parts as within double quotes.
    pub body: Word,
}

/// An arithmetic expression as it was written; it is expanded as within double quotes and then evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arithmetic {
    /// The expression's text.
    pub text: Word,
}

/// A word, not yet expanded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its parts from left to right. None: an empty word, which only comes where the grammar allows nothing (`a=`).
    pub parts: Vec<Part>,
    /// The word as bash shows it again in `declare -f`, messages and `jobs`: as it was written, but `$( )` and arrays
    /// in bash's layout, `$'…'` decoded, and without the backslashes before newlines.
    pub source: Arc<str>,
}

/// One part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text outside of quotes. May hold `*`, `?`, `[`, `{`, extglob's `@(` … `)`; those have their meaning.
    Literal(String),
    /// Text whose characters all stand for themselves: `'…'`, `$'…'` (already decoded), `\x`.
    Quoted(String),
    /// `"…"` and `$"…"`. Inside, literals are [`Part::Literal`] and mean themselves.
    DoubleQuoted(Vec<Part>),
    /// `~` or `~name` where a tilde is expanded: the name without `~`.
    Tilde(String),
    /// `$name`, `${…}`
    Parameter(Box<Parameter>),
    /// `$( … )`, parsed.
    Command(Arc<List>),
    /// `` `…` ``: the text after its backslashes were taken away; parsed when it runs.
    Backquote(Arc<str>),
    /// `$(( … ))` and `$[ … ]`
    Arithmetic(Arc<Arithmetic>),
    /// `<( … )` and `>( … )`
    Process {
        /// Whether it is `>( … )`.
        output: bool,
        /// What runs.
        body: Arc<List>,
    },
    /// `name=( … )` as an argument of `declare`, `local`, `export` …; it is then the word's only part.
    ArrayAssignment(Box<Assignment>),
    /// `${…}` that means nothing: told when it is expanded, as `…: bad substitution`.
    BadSubstitution(String),
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Which parameter.
    pub name: ParameterName,
    /// `${!name}`: the parameter's value is the name. (`${!a[@]}` and `${!prefix*}` are operations.)
    pub indirect: bool,
    /// What is done with the value.
    pub operation: Operation,
    /// As written, with `${` and `}`.
    pub source: Arc<str>,
}

/// Which parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterName {
    /// A variable.
    Variable(String),
    /// `name[subscript]`
    Element(String, Word),
    /// `name[@]`, `name[*]`: whether it is `*`.
    All(String, bool),
    /// `$1`, `${10}`; 0 is `$0`.
    Positional(usize),
    /// `@ * # ? - $ !`
    Special(char),
}

/// What a parameter expansion does with the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    Value,
    /// `${#name}`
    Length,
    /// `${!name[@]}`, `${!name[*]}`: the keys.
    Keys,
    /// `${!prefix*}` and `${!prefix@}`: names of variables. The prefix is the parameter's name. Whether it is `*`.
    Names(bool),
    /// `${name:-word}` (`or_empty`) and `${name-word}`
    Default {
        /// Whether a `:` was written.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${name:=word}`, `${name=word}`
    Assign {
        /// Whether a `:` was written.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${name:?word}`, `${name?word}`
    Error {
        /// Whether a `:` was written.
        or_empty: bool,
        /// The word. Empty: the shell's own message.
        word: Word,
    },
    /// `${name:+word}`, `${name+word}`
    Alternative {
        /// Whether a `:` was written.
        or_empty: bool,
        /// The word.
        word: Word,
    },
    /// `${name:offset:length}`
    Substring {
        /// The offset.
        offset: Arithmetic,
        /// The length.
        length: Option<Arithmetic>,
    },
    /// `${name#pattern}`, `##`, `%`, `%%`
    Remove {
        /// Whether at the end (`%`).
        suffix: bool,
        /// Whether the longest match (`##`, `%%`).
        longest: bool,
        /// The pattern.
        pattern: Word,
    },
    /// `${name/pattern/replacement}`
    Replace {
        /// Where.
        place: Place,
        /// The pattern.
        pattern: Word,
        /// The replacement; absent when there is no second `/`.
        replacement: Option<Word>,
    },
    /// `${name^pattern}`, `^^`, `,`, `,,`, `~`, `~~`
    Case {
        /// `^`, `,` or `~`.
        change: char,
        /// Whether every matching character (`^^`).
        all: bool,
        /// The pattern; absent: any character.
        pattern: Option<Word>,
    },
    /// `${name@Q}` and the others.
    Transform(char),
}

/// Where a pattern is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`
    First,
    /// `//`
    All,
    /// `/#`
    Start,
    /// `/%`
    End,
}
