//! The shell's variables: values, attributes, and the scopes of functions.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Declared, and without a value.
    #[default]
    Unset,
    /// Text.
    Text(String),
    /// An indexed array.
    Indexed(BTreeMap<i64, String>),
    /// An associative array.
    Associative(Associative),
}

/// An associative array, which lists its keys in the order of bash's own hash table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Associative {
    values: FxHashMap<String, (usize, String)>,
    /// How many were ever put in: later ones come first in a bucket.
    inserted: usize,
}

impl FromIterator<(String, String)> for Associative {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        let mut all = Self::default();
        for (key, value) in pairs {
            all.insert(key, value);
        }
        all
    }
}

/// Buckets of bash's table; it never grows while it has less than twice as many entries.
const BUCKETS: usize = 1024;

impl Associative {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&String> {
        self.values.get(key).map(|(_, value)| value)
    }

    /// Gives a key a value.
    pub fn insert(&mut self, key: String, value: String) {
        match self.values.get_mut(&key) {
            Some((_, old)) => *old = value,
            None => {
                self.inserted += 1;
                self.values.insert(key, (self.inserted, value));
            }
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Keys and values in bash's order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        let mut buckets = BUCKETS;
        while self.values.len() >= buckets * 2 {
            buckets *= 4;
        }
        let mut all: Vec<_> = self.values.iter().collect();
        all.sort_by_key(|(key, (inserted, _))| {
            (table_hash(key) as usize & (buckets - 1), Reverse(*inserted))
        });
        all.into_iter().map(|(key, (_, value))| (key, value))
    }
}

/// The hash of bash's tables: FNV-1 over 32 bits.
pub(crate) fn table_hash(key: &str) -> u32 {
    crate::text::encode(key)
        .iter()
        .fold(2_166_136_261, |hash: u32, byte| hash.wrapping_mul(16_777_619) ^ (*byte as i8 as u32))
}

/// Attributes of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the option of declare in its comment")]
pub struct Attributes {
    pub exported: bool, // -x
    pub readonly: bool, // -r
    pub integer: bool,  // -i
    pub lower: bool,    // -l
    pub upper: bool,    // -u
    pub capital: bool,  // -c
    pub name_ref: bool, // -n
    pub trace: bool,    // -t
    /// Whether an array was declared and never given a list, so that it shows no `=()`.
    pub bare: bool,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable {
    /// Its value.
    pub value: Value,
    /// Its attributes.
    pub attributes: Attributes,
    /// The depth of the function whose local it is; 0 for a global one.
    pub depth: usize,
}

impl Variable {
    /// A global variable without attributes.
    pub fn text(value: impl Into<String>) -> Self {
        Self { value: Value::Text(value.into()), ..Self::default() }
    }

    /// Its text: of an array that of element 0.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Unset => None,
            Value::Text(text) => Some(text),
            Value::Indexed(elements) => elements.get(&0).map(String::as_str),
            Value::Associative(elements) => elements.get("0").map(String::as_str),
        }
    }

    /// Its elements, once it is an indexed array: a text becomes element 0, an associative array is given up.
    pub fn make_indexed(&mut self) -> &mut BTreeMap<i64, String> {
        if !matches!(self.value, Value::Indexed(_)) {
            let text = match std::mem::take(&mut self.value) {
                Value::Text(text) => Some((0, text)),
                _ => None,
            };
            self.value = Value::Indexed(text.into_iter().collect());
        }
        let Value::Indexed(elements) = &mut self.value else { unreachable!("it was just made one") };
        elements
    }

    /// All its elements; a text is the only one.
    pub fn elements(&self) -> Vec<String> {
        match &self.value {
            Value::Unset => Vec::new(),
            Value::Text(text) => vec![text.clone()],
            Value::Indexed(elements) => elements.values().cloned().collect(),
            Value::Associative(elements) => elements.iter().map(|(_, value)| value.clone()).collect(),
        }
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.value, Value::Indexed(_) | Value::Associative(_))
    }
}

/// All variables. One name has one variable that is seen; what locals hide waits until their function returns.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    seen: FxHashMap<String, Variable>,
    /// What the locals of each function hide, innermost last.
    hidden: Vec<Vec<(String, Option<Variable>)>>,
}

impl Variables {
    /// The variable of a name, as it is seen; references are not followed.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.seen.get(name)
    }

    /// The variable of a name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Variable> {
        self.seen.get_mut(name)
    }

    /// The variable of a name, made as a global one without a value where it is missing.
    pub fn get_or_make(&mut self, name: &str) -> &mut Variable {
        if !self.seen.contains_key(name) {
            self.seen.insert(name.to_owned(), Variable::default());
        }
        self.seen.entry(name.to_owned()).or_default()
    }

    /// Puts a variable in place of what is seen.
    pub fn insert(&mut self, name: impl Into<String>, variable: Variable) {
        self.seen.insert(name.into(), variable);
    }

    /// Takes a variable away. One that belongs to a calling function lets what it hid be seen again.
    pub fn remove(&mut self, name: &str) -> Option<Variable> {
        let removed = self.seen.remove(name)?;
        if removed.depth > 0 && removed.depth < self.hidden.len() {
            let frame = &mut self.hidden[removed.depth - 1];
            if let Some(place) = frame.iter().position(|(known, _)| known == name)
                && let (_, Some(before)) = frame.swap_remove(place)
            {
                self.seen.insert(name.to_owned(), before);
            }
        } else if removed.depth > 0 {
            // A local of the function that runs stays one, without a value.
            self.seen.insert(name.to_owned(), Variable { depth: removed.depth, ..Variable::default() });
        }
        Some(removed)
    }

    /// All that are seen, by name.
    pub fn sorted(&self) -> Vec<(&str, &Variable)> {
        let mut all: Vec<_> = self.seen.iter().map(|(name, variable)| (name.as_str(), variable)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }

    /// Names that are seen, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.seen.keys().map(String::as_str)
    }

    /// Bytes of all values, hidden ones too, and something for each entry of arrays.
    pub fn bytes(&self) -> usize {
        const ENTRY: usize = 64;
        let of = |variable: &Variable| match &variable.value {
            Value::Unset => 0,
            Value::Text(text) => text.len(),
            Value::Indexed(elements) => elements.values().map(|value| value.len() + ENTRY).sum(),
            Value::Associative(elements) => {
                elements.values.iter().map(|(key, (_, value))| key.len() + value.len() + ENTRY).sum()
            }
        };
        let hidden = self.hidden.iter().flatten().filter_map(|(_, before)| before.as_ref());
        self.seen.values().chain(hidden).map(of).sum()
    }

    /// How many functions run.
    pub fn depth(&self) -> usize {
        self.hidden.len()
    }

    /// A function begins.
    pub fn enter(&mut self) {
        self.hidden.push(Vec::new());
    }

    /// The innermost function returns: what its locals hid is seen again.
    pub fn leave(&mut self) {
        for (name, before) in self.hidden.pop().unwrap_or_default().into_iter().rev() {
            match before {
                Some(variable) => self.seen.insert(name, variable),
                None => self.seen.remove(&name),
            };
        }
    }

    /// Makes a local of the innermost function, and gives it; the one that is there already, if there is one.
    /// `inherit`: it begins with the value and the attributes that it hides.
    pub fn make_local(&mut self, name: &str, inherit: bool) -> &mut Variable {
        let depth = self.hidden.len();
        let is_local = self.seen.get(name).is_some_and(|variable| variable.depth == depth);
        if !is_local && depth > 0 {
            let before = self.seen.remove(name);
            let mut local = Variable { depth, ..Variable::default() };
            if inherit && let Some(before) = &before {
                local = Variable { depth, ..before.clone() };
            }
            if let Some(frame) = self.hidden.last_mut() {
                frame.push((name.to_owned(), before));
            }
            self.seen.insert(name.to_owned(), local);
        }
        self.get_or_make(name)
    }

    /// The global variable of a name, whatever hides it.
    pub fn global_mut(&mut self, name: &str) -> &mut Variable {
        let hiding = self.hidden.iter().position(|frame| frame.iter().any(|(known, _)| known == name));
        match hiding {
            None => self.get_or_make(name),
            Some(frame) => {
                let hidden = self.hidden[frame].iter_mut().find(|(known, _)| known == name);
                match hidden {
                    Some((_, before)) => before.get_or_insert_default(),
                    None => self.seen.entry(name.to_owned()).or_default(),
                }
            }
        }
    }

    /// Names of the innermost function's locals, sorted.
    pub fn locals(&self) -> Vec<&str> {
        let mut names: Vec<_> =
            self.hidden.last().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The environment of a program: exported variables with a value.
    pub fn exported(&self) -> BTreeMap<String, String> {
        self.seen
            .iter()
            .filter(|(_, variable)| variable.attributes.exported)
            .filter_map(|(name, variable)| match &variable.value {
                Value::Text(text) => Some((name.clone(), text.clone())),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locals_hide_and_give_back() {
        let mut variables = Variables::default();
        variables.insert("a", Variable::text("1"));
        variables.enter();
        variables.make_local("a", false).value = Value::Text("2".into());
        variables.enter();
        assert_eq!(variables.get("a").and_then(Variable::scalar), Some("2"));
        variables.global_mut("a").value = Value::Text("3".into());
        variables.remove("a");
        assert_eq!(variables.get("a").and_then(Variable::scalar), Some("3"));
        variables.leave();
        variables.make_local("b", false);
        variables.leave();
        assert_eq!(variables.get("a").and_then(Variable::scalar), Some("3"));
        assert_eq!(variables.get("b"), None);
    }

    #[test]
    fn keys_come_in_the_order_of_bash() {
        let mut map = Associative::default();
        for key in ["a", "b", "c", "one", "two", "three"] {
            map.insert(key.into(), String::new());
        }
        // declare -A m=([a]= [b]= [c]= [one]= [two]= [three]=); echo "${!m[@]}"
        assert_eq!(map.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), EXPECTED);
    }

    const EXPECTED: [&str; 6] = ["c", "b", "a", "two", "three", "one"];
}
