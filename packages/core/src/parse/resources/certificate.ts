/** Whom a client certificate names: the API server takes the common name for the user, and organisations for groups. */
export interface CertificateSubject {
  readonly name: string;
  readonly groups: readonly string[];
}

/** One element of DER, where its content starts and ends. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_VERSION = 0xa0;
const COMMON_NAME = "\x55\x04\x03";
const ORGANISATION = "\x55\x04\x0a";

/**
 * The subject of an X.509 certificate in DER, given as one character for each byte; `undefined` for anything else, and where it has no
 * common name. Cost: linear in what comes before the subject. Source: RFC 5280 §4.1.
 */
export function subjectOf(der: string): CertificateSubject | undefined {
  const [certificate] = elementsIn(der, 0, der.length);
  const [body] = certificate?.tag === SEQUENCE ? elementsIn(der, certificate.start, certificate.end) : [];
  if (body?.tag !== SEQUENCE) return undefined;
  const fields = elementsIn(der, body.start, body.end).filter(({ tag }) => tag !== EXPLICIT_VERSION);
  // Serial number, signature algorithm, issuer, validity, subject.
  const subject = fields[4];
  if (subject?.tag !== SEQUENCE) return undefined;
  const values = elementsIn(der, subject.start, subject.end)
    .filter(({ tag }) => tag === SET)
    .flatMap(({ start, end }) => elementsIn(der, start, end))
    .map(({ start, end }) => elementsIn(der, start, end).map((one) => der.slice(one.start, one.end)));
  const valuesOf = (wanted: string) => values.flatMap(([type, value]) => (type === wanted && value ? [value] : []));
  const [name] = valuesOf(COMMON_NAME);
  return name === undefined || name === "" ? undefined : { name, groups: valuesOf(ORGANISATION) };
}

/** The elements one after the other between two places, as far as they are whole. */
function elementsIn(der: string, from: number, to: number): readonly Element[] {
  const found: Element[] = [];
  for (let at = from; at + 2 <= to; ) {
    const tag = der.charCodeAt(at);
    const first = der.charCodeAt(at + 1);
    const extra = first < 0x80 ? 0 : first & 0x7f;
    if (extra > 3) break;
    let length = extra === 0 ? first : 0;
    for (let i = 0; i < extra; i++) length = length * 256 + der.charCodeAt(at + 2 + i);
    const start = at + 2 + extra;
    const end = start + length;
    if (!(end <= to)) break;
    found.push({ tag, start, end });
    at = end;
  }
  return found;
}
