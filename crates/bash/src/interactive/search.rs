//! Looking for a line in the history while one types (Ctrl-R).

/// A search that is under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    query: String,
    /// Whether it goes towards newer lines.
    pub(super) forward: bool,
    /// Whether the last step found something.
    pub(super) is_found: bool,
    /// The line before the search.
    pub(super) before: String,
}

impl Search {
    pub(super) fn begin(before: String, forward: bool) -> Self {
        Self { is_found: true, before, forward, ..Self::default() }
    }

    /// What stands before the line that was found.
    pub(super) fn prompt(&self) -> String {
        let failed = if self.is_found { "" } else { "failed " };
        let direction = if self.forward { "" } else { "reverse-" };
        format!("({failed}{direction}i-search)`{}': ", self.query)
    }

    /// One more character: the line that is shown may still be the one.
    pub(super) fn add(&mut self, character: char, lines: &[String], place: &mut usize) {
        self.query.push(character);
        self.look(lines, place, false);
    }

    /// One character less: the search begins again.
    pub(super) fn take_back(&mut self, lines: &[String], place: &mut usize) {
        self.query.pop();
        *place = lines.len() - 1;
        self.look(lines, place, false);
    }

    /// The next line that has it.
    pub(super) fn again(&mut self, lines: &[String], place: &mut usize) {
        self.look(lines, place, true);
    }

    fn look(&mut self, lines: &[String], place: &mut usize, beyond: bool) {
        if self.query.is_empty() {
            return;
        }
        let has = |at: &usize| lines[*at].contains(&self.query) && !(beyond && lines[*at] == lines[*place]);
        let found = match self.forward {
            false => (0..=*place).rev().find(has),
            true => (*place..lines.len()).find(has),
        };
        self.is_found = found.is_some();
        *place = found.unwrap_or(*place);
    }

    /// Where in a line it is.
    pub(super) fn place_in(&self, line: &[char]) -> usize {
        let text: String = line.iter().collect();
        let at = if self.forward { text.find(&self.query) } else { text.rfind(&self.query) };
        at.map_or(line.len(), |at| text[..at].chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_finds_an_older_line() {
        let lines = ["ls /tmp", "echo one", "ls /usr", ""].map(str::to_owned);
        let (mut search, mut place) = (Search::begin(String::new(), false), 3);
        search.add('l', &lines, &mut place);
        search.add('s', &lines, &mut place);
        assert_eq!((place, search.is_found), (2, true));
        search.again(&lines, &mut place);
        assert_eq!(place, 0);
        search.again(&lines, &mut place);
        assert_eq!(search.prompt(), "(failed reverse-i-search)`ls': ");
    }
}
