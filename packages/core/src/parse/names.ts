/**
 * What the API server accepts as names, label keys and label values.
 * Source: apimachinery util/validation.
 */

const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const NAME_PART = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && DNS_LABEL.test(text);
}

export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** What a label's value may be, as advice. */
export const LABEL_VALUE_FORM =
  "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at either end";

/** What its key may be. */
export const LABEL_KEY_FORM = `${LABEL_VALUE_FORM}; a domain and \`/\` may stand before it`;

/** A label or annotation key: an optional domain and `/`, then a name of at most 63 characters. */
export function isQualifiedName(text: string): boolean {
  const [first = "", second, ...rest] = text.split("/");
  if (rest.length > 0 || (second !== undefined && !isSubdomain(first))) return false;
  return isNamePart(second ?? first);
}

export function isLabelValue(text: string): boolean {
  return text === "" || isNamePart(text);
}

function isNamePart(text: string): boolean {
  return text.length <= 63 && NAME_PART.test(text);
}

/** A port name: at most 15 characters, a letter among them, no hyphen at an end or next to another. */
export function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
}
