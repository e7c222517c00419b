/// The name of a scenario (or of its file) as an identifier: lower case, runs of anything else become one `_`.
///
/// The Node runner has the same rule, so that a scenario has one id on every surface. This file is also included by
/// the build script, which makes test functions of these names.
pub(crate) fn identifier(name: &str) -> String {
    let mut identifier = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            identifier.push(character.to_ascii_lowercase());
        } else if !identifier.is_empty() && !identifier.ends_with('_') {
            identifier.push('_');
        }
    }
    identifier.truncate(identifier.trim_end_matches('_').len());
    if identifier.starts_with(|first: char| first.is_ascii_digit()) {
        identifier.insert_str(0, "n_");
    }
    identifier
}
