//! What nobody should send, and somebody does.

use serde_json::{Value, json};

/// More characters than any field takes, and fewer than a body of JSON may have.
const HUGE: usize = 100_000;
/// Levels of brackets: more than any parser follows by calling itself.
const DEEP: usize = 50_000;

/// Text for a field, a parameter or a part of a path.
pub(super) fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\0",
        "a\0b",
        "\r\nx-injected: 1",
        "\u{7f}\u{1b}[2J",
        "é",
        "e\u{301}",
        "１２",
        "\u{202e}txt.exe",
        "\u{feff}a",
        "\u{fffd}",
        "\u{10ffff}",
        "👩\u{200d}👩\u{200d}👧",
        "İ",
        ".",
        "..",
        "/",
        "//",
        "/..",
        "/../../etc/passwd",
        "../../etc/passwd",
        "/proc/self/mem",
        "/data/a/b",
        "C:\\a",
        "%00",
        "%2e%2e%2f",
        "+",
        "a b",
        "a&path=/b",
        "a#b?c",
        "-1",
        "0",
        "1e309",
        "NaN",
        "null",
        "true",
        "[object Object]",
        "__proto__",
        "constructor",
        "${jndi:ldap://a/b}",
        "{{7*7}}",
        "$(exit 9)",
        "'; drop table volumes; --",
        "<script>alert(1)</script>",
        "*",
        "~",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend(["x".repeat(31), "x".repeat(256), "ü".repeat(2_000), "/ü".repeat(1_500), "/".repeat(5_000)]);
    texts.push("x".repeat(HUGE));
    texts
}

/// Values for a field of JSON.
pub(super) fn values() -> Vec<Value> {
    let mut values: Vec<Value> = texts().into_iter().map(Value::String).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1.0),
        json!(-0.0),
        json!(1e308),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([]),
        json!([[]]),
        json!([null]),
        json!([""]),
        json!(["\0"]),
        json!({}),
        json!({ "": "" }),
        json!({ "\0": "\0" }),
        json!({ "__proto__": { "a": 1 } }),
        json!({ "a": { "b": { "c": {} } } }),
        json!({ "x".repeat(HUGE): "x" }),
        json!(vec!["x"; 10_000]),
    ]);
    values
}

/// Texts that are put into a body as they are: no value of JSON, or one that only its text can be.
pub(super) fn fragments() -> Vec<String> {
    let numbers =
        ["1e999", "-1e999", "9007199254740993", "1E400", "01", "0x10", "NaN", "1."].map(str::to_owned);
    let strings = [r#""\ud800""#, r#""\udc00\ud800""#, r#""\u0000""#, "\"\t\"", r#""\x""#, "\"", "'a'"];
    let nested = [
        "[".repeat(DEEP) + &"]".repeat(DEEP),
        "{\"a\":".repeat(DEEP) + "1" + &"}".repeat(DEEP),
        "[".repeat(DEEP),
        "9".repeat(1_000),
    ];
    numbers.into_iter().chain(strings.map(str::to_owned)).chain(nested).collect()
}

/// Whole bodies where JSON is expected.
pub(super) fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = fragments().into_iter().map(String::into_bytes).collect();
    bodies.extend(values().iter().map(|value| value.to_string().into_bytes()));
    bodies.extend([
        b"".to_vec(),
        b"\xff\xfe{\0}\0".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"a\":\"\xff\"}".to_vec(),
        b"{} {}".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        b"{,}".to_vec(),
        b"a=1&b=2".to_vec(),
        b"\0".repeat(1_000),
        b" ".repeat(2_000_000),
    ]);
    bodies
}

/// A file with an end that is missing, and with a byte that is another, at many places.
pub(super) fn damaged(file: &[u8]) -> Vec<Vec<u8>> {
    let step = (file.len() / 100).max(1);
    let shorter = (0..file.len()).step_by(step).map(|end| file[..end].to_vec());
    let changed = (0..file.len()).step_by(step).map(|index| {
        let mut file = file.to_vec();
        file[index] ^= 0x55;
        file
    });
    shorter.chain(changed).chain([[file, file].concat()]).collect()
}

/// Parts of a URL that no encoding of text gives.
pub(super) const ESCAPES: [&str; 6] = ["%", "%f", "%ff", "%c0%af", "%ed%a0%80", "%00"];

/// What a header can hold.
pub(super) fn header_values() -> Vec<Vec<u8>> {
    let mut values =
        ["", " ", "\t", "a,b", ",,,", "*/*;q=", "\"", "text/event-stream;q=0, */*", "Bearer", "é", "👾"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec();
    values.push(b"x".repeat(10_000));
    values
}
