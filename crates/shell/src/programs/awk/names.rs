//! What the names of a program stand for. Whether a name that is only passed on to functions is an array shows when
//! the whole program was read.

use super::code::{ArrayAt, Function, KNOWN, Place, Special, Step};
use super::dialect::Dialect;
use super::parser::Numbers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unknown,
    Scalar,
    Array,
}

#[derive(Clone, Copy, Debug)]
enum Name {
    Global(u32),
    /// A parameter of that function.
    Local(u32, u32),
}

struct Declared {
    name: String,
    start: Option<u32>,
    parameters: Vec<(String, Kind)>,
}

/// A bare name as the argument of a function, or of `length`.
struct Passed {
    name: Name,
    to: Option<(u32, u32)>,
    step: usize,
    line: usize,
}

/// A call, whose arguments are counted when all functions are known.
struct Called {
    function: u32,
    arguments: usize,
    line: usize,
}

/// A problem that shows at the end.
pub(super) struct Unresolved {
    pub(super) line: Option<usize>,
    pub(super) text: String,
}

pub(super) struct Names {
    dialect: Dialect,
    numbers: Numbers,
    globals: Vec<(String, Kind)>,
    functions: Vec<Declared>,
    function_numbers: Numbers,
    /// The function that is being read.
    within: Option<u32>,
    passed: Vec<Passed>,
    called: Vec<Called>,
}

impl Names {
    pub(super) fn new(dialect: Dialect) -> Self {
        let mut names = Self {
            dialect,
            numbers: Numbers::new(),
            globals: Vec::new(),
            functions: Vec::new(),
            function_numbers: Numbers::new(),
            within: None,
            passed: Vec::new(),
            called: Vec::new(),
        };
        for name in KNOWN {
            names.global(name);
        }
        for (name, kind) in &mut names.globals {
            *kind = if matches!(name.as_str(), "ENVIRON" | "ARGV") { Kind::Array } else { Kind::Scalar };
        }
        names
    }

    fn global(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.globals.len() as u32;
        self.globals.push((name.to_owned(), Kind::Unknown));
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn find(&mut self, name: &str) -> Name {
        if let Some(within) = self.within {
            let parameters = &self.functions[within as usize].parameters;
            if let Some(at) = parameters.iter().position(|(parameter, _)| parameter == name) {
                return Name::Local(within, at as u32);
            }
        }
        Name::Global(self.global(name))
    }

    fn kind(&mut self, name: Name) -> &mut Kind {
        match name {
            Name::Global(at) => &mut self.globals[at as usize].1,
            Name::Local(function, at) => &mut self.functions[function as usize].parameters[at as usize].1,
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.within.is_some_and(|within| {
            self.functions[within as usize].parameters.iter().any(|(parameter, _)| parameter == name)
        })
    }

    fn special(&self, name: &str) -> Option<Special> {
        if self.is_local(name) { None } else { Special::named(name, self.dialect == Dialect::Gawk) }
    }

    /// The place of a variable.
    pub(super) fn variable(&mut self, name: &str) -> Result<Place, String> {
        if let Some(special) = self.special(name) {
            return Ok(Place::Special(special));
        }
        let found = self.find(name);
        let kind = self.kind(found);
        if *kind == Kind::Array {
            return Err(format!("illegal reference to array {name}"));
        }
        *kind = Kind::Scalar;
        Ok(place(found))
    }

    /// The place of an array.
    pub(super) fn array(&mut self, name: &str) -> Result<ArrayAt, String> {
        if self.special(name).is_none() {
            let found = self.find(name);
            let kind = self.kind(found);
            if *kind != Kind::Scalar {
                *kind = Kind::Array;
                return Ok(array(found));
            }
        }
        let what = if self.is_local(name) { "local variable" } else { "variable" };
        Err(format!("illegal reference to {what} {name}"))
    }

    /// The place of a name that stands alone as an argument: of the function and parameter, or of `length`.
    pub(super) fn pass(&mut self, name: &str, to: Option<(u32, u32)>, step: usize, line: usize) -> Place {
        if let Some(special) = self.special(name) {
            return Place::Special(special);
        }
        let found = self.find(name);
        self.passed.push(Passed { name: found, to, step, line });
        place(found)
    }

    pub(super) fn is_function(&self, name: &str) -> bool {
        !self.is_local(name) && self.function_numbers.contains_key(name)
    }

    /// The number of a function that is called or defined.
    pub(super) fn function(&mut self, name: &str) -> u32 {
        if let Some(number) = self.function_numbers.get(name) {
            return *number;
        }
        let number = self.functions.len() as u32;
        self.functions.push(Declared { name: name.to_owned(), start: None, parameters: Vec::new() });
        self.function_numbers.insert(name.to_owned(), number);
        number
    }

    pub(super) fn begin_function(&mut self, name: &str, start: u32) -> Result<(), String> {
        let number = self.function(name);
        let declared = &mut self.functions[number as usize];
        if declared.start.is_some() {
            return Err(format!("redefinition of {name}"));
        }
        declared.start = Some(start);
        self.within = Some(number);
        Ok(())
    }

    pub(super) fn add_parameter(&mut self, name: String) -> Result<(), String> {
        if self.is_local(&name) {
            return Err(format!("{name} is duplicated in argument list"));
        }
        if let Some(within) = self.within {
            self.functions[within as usize].parameters.push((name, Kind::Unknown));
        }
        Ok(())
    }

    pub(super) fn leave_function(&mut self) {
        self.within = None;
    }

    pub(super) fn call(&mut self, function: u32, arguments: usize, line: usize) {
        self.called.push(Called { function, arguments, line });
    }

    /// Finds out what is an array, and puts that into the steps.
    pub(super) fn resolve(&mut self, steps: &mut [Step]) -> Vec<Unresolved> {
        let mut problems = Vec::new();
        for declared in self.functions.iter().filter(|declared| declared.start.is_none()) {
            let text = format!("function {} never defined", declared.name);
            problems.push(Unresolved { line: None, text });
        }
        for call in &self.called {
            let declared = &self.functions[call.function as usize];
            if declared.start.is_some() && call.arguments > declared.parameters.len() {
                let text = format!("too many arguments in call to {}", declared.name);
                problems.push(Unresolved { line: Some(call.line), text });
            }
        }
        if !problems.is_empty() {
            return problems;
        }
        let passed = std::mem::take(&mut self.passed);
        let mut changed = true;
        while changed {
            changed = false;
            for argument in &passed {
                let Some((function, parameter)) = argument.to else { continue };
                let parameter = Name::Local(function, parameter);
                match (*self.kind(argument.name), *self.kind(parameter)) {
                    (Kind::Unknown, known @ (Kind::Scalar | Kind::Array)) => {
                        *self.kind(argument.name) = known
                    }
                    (known @ (Kind::Scalar | Kind::Array), Kind::Unknown) => *self.kind(parameter) = known,
                    _ => continue,
                }
                changed = true;
            }
        }
        for argument in &passed {
            let is_array = *self.kind(argument.name) == Kind::Array;
            match argument.to {
                Some((function, parameter)) => {
                    let takes_array = *self.kind(Name::Local(function, parameter)) == Kind::Array;
                    if takes_array != is_array {
                        let name = &self.functions[function as usize].name;
                        let text = format!("type error in arg({}) in call to {name}", parameter + 1);
                        problems.push(Unresolved { line: Some(argument.line), text });
                    }
                    if is_array {
                        steps[argument.step] = Step::Array(array(argument.name));
                    }
                }
                None if is_array => {
                    steps[argument.step] = Step::LengthOf(array(argument.name));
                    // In the place of the step that takes the length of a text.
                    steps[argument.step + 1] = Step::Plus;
                }
                None => {}
            }
        }
        problems
    }

    /// The names of variables, and the functions.
    pub(super) fn into_parts(self) -> (Vec<String>, Vec<Function>) {
        let function = |declared: Declared| Function {
            start: declared.start.unwrap_or_default(),
            arrays: declared.parameters.iter().map(|(_, kind)| *kind == Kind::Array).collect(),
        };
        let names = self.globals.into_iter().map(|(name, _)| name).collect();
        (names, self.functions.into_iter().map(function).collect())
    }
}

fn place(name: Name) -> Place {
    match name {
        Name::Global(at) => Place::Global(at),
        Name::Local(_, at) => Place::Local(at),
    }
}

fn array(name: Name) -> ArrayAt {
    match name {
        Name::Global(at) => ArrayAt::Global(at),
        Name::Local(_, at) => ArrayAt::Local(at),
    }
}
