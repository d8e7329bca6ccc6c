/** Controls, terminal escapes among them, line separators, and marks that reorder or hide text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029\ufffe\uffff]|\p{Cs}/gu;

/** The text on one line with nothing in it that a terminal or an editor would obey: such characters are spelled `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
