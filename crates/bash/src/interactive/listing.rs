//! Lists in columns, as completion shows them.

use crate::width;

/// Writes names in columns, the order going down each.
pub(super) fn columns(names: &[String], width: usize, out: &mut String) {
    let widest = names.iter().map(|name| width::of_text(name)).max().unwrap_or(0) + 2;
    let columns = (width / widest).max(1);
    let rows = names.len().div_ceil(columns);
    for row in 0..rows {
        let mut row = names.iter().skip(row).step_by(rows).peekable();
        while let Some(name) = row.next() {
            out.push_str(name);
            if row.peek().is_some() {
                let gap = widest - width::of_text(name);
                out.extend(std::iter::repeat_n(' ', gap));
            }
        }
        out.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_go_down_the_columns() {
        let mut out = String::new();
        let names = ["a", "bb", "c", "d", "e"].map(str::to_owned);
        super::columns(&names, 9, &mut out);
        assert_eq!(out, "a   d\r\nbb  e\r\nc\r\n");
    }
}
