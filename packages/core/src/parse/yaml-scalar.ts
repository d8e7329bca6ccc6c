/** What a scalar stands for; `ambiguous` for a bare `y` or `n`. */
export interface ScalarReading {
  readonly value: string | number | boolean | null;
  readonly ambiguous?: boolean;
}

const WORDS = new Map<string, boolean | number | null>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;

/**
 * What an unquoted scalar means to kubectl and the API server, which read YAML 1.1 the way go-yaml v2 does: `yes` and `on` are
 * booleans, `010` is eight, `1_000` a thousand, and a date is a string.
 *
 * A bare `y` or `n` is a boolean to go-yaml, but nearly every tool writes it for the string; it is read as the string and marked.
 */
export function readPlain(text: string): ScalarReading {
  const word = WORDS.get(text);
  if (word !== undefined) return { value: word };
  if (/^[yYnN]$/.test(text)) return { value: text, ambiguous: true };
  return { value: readNumber(text) ?? text };
}

function readNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!mayBeNumber) return undefined;
  const digits = text.replaceAll("_", "");
  const integer = INTEGER.exec(digits);
  if (!integer) return FLOAT.test(digits) ? Number(digits) : undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = integer;
  const radix = hexadecimal ? 16 : binary ? 2 : octal ? 8 : 10;
  const magnitude = Number.parseInt(hexadecimal ?? binary ?? octal ?? decimal ?? "0", radix);
  return sign === "-" ? -magnitude : magnitude;
}

/** The string a mapping key becomes in JSON, or `undefined` for a key that cannot be one. */
export function keyOf({ value }: ScalarReading): string | undefined {
  return value === null ? undefined : String(value);
}
