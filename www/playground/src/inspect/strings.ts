/** Strings inside values, quoted and escaped as Node prints them. */

/** Characters that are printed as escapes: controls, the backslash, and halves of surrogate pairs alone. */
const ESCAPED =
  /[\u0000-\u001f\u005c\u007f-\u009f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const NAMED: Record<string, string> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
};

/** Single quotes, unless the text has some and double quotes or backticks need no escape. */
export function quote(text: string): string {
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes("`") && !text.includes("${")) mark = "`";
  }
  const escaped = text.replace(ESCAPED, escapeOne);
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

/** A property's name as it stands before its colon. */
export function propertyName(key: string | symbol): string {
  if (typeof key === "symbol") return `[${symbolText(key)}]`;
  if (key === "__proto__") return "['__proto__']";
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : quote(key);
}

export function symbolText(symbol: symbol): string {
  return symbol.toString().replace(ESCAPED, escapeOne);
}

function escapeOne(character: string): string {
  const named = NAMED[character];
  if (named) return named;
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, "0");
}
