/** Judges names and shapes of values, and never repeats one. */

/** Words at the end of a name that say its value is a credential. */
const SENSITIVE_NAME =
  /(^|[_.-])(pass(word|wd|phrase)?|pwd|secret([_.-]?key)?|private[_.-]?key|api[_.-]?key|access[_.-]?key|token|credentials?|client[_.-]?secret|connection[_.-]?string)$/i;

/** Names that sound like one and say how credentials are handled, or where they are. */
const HARMLESS_NAME =
  /(name|file|path|dir|url|uri|ttl|expir\w*|policy|length|type|enabled?|namespace|ref|header|issuer|audience)$/i;

/** Values that stand for something that is filled in later. */
const PLACEHOLDER =
  /^$|^(<.*>|\$\{?.*\}?|\$\(.*\)|\{\{.*\}\}|%.*%|x+|\*+|-+|\.\.\.|true|false|none|null|nil|no|yes|\d{1,3}|(change|replace|fill)[-_ ]?(me|this|it)?|todo|placeholder|example|dummy|your[-_ ].*|redacted)$/i;

const PEM_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;
const LOGIN_IN_ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;
/** Keys that their issuers mark as such. */
const MARKED_KEY =
  /\b(AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{10,}|glpat-[\w-]{20,}|sk_live_\w{16,}|AIza[\w-]{35})\b/;

/** Why a value under a name is a credential to all appearances, without the value; `undefined` where it is none. */
export function credentialIn(name: string, value: string): string | undefined {
  if (PEM_KEY.test(value)) return "holds a private key";
  if (MARKED_KEY.test(value)) return "holds a key of a known issuer";
  const [, login] = LOGIN_IN_ADDRESS.exec(value) ?? [];
  if (login !== undefined && !PLACEHOLDER.test(login)) return "holds an address with a password in it";
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  if (!SENSITIVE_NAME.test(words) || HARMLESS_NAME.test(words)) return undefined;
  const text = value.trim();
  const isOne = text !== "" && !/\s/.test(text) && !PLACEHOLDER.test(text) && !/^([/.~]|https?:)/.test(text);
  return isOne ? "is named like a credential and has a value" : undefined;
}

/** The credential in one word of a command line: `--password=hunter2`. */
export function credentialInWord(word: string): string | undefined {
  const [, name = "", value = ""] = /^-{0,2}([A-Za-z][\w.-]*)=(.*)$/s.exec(word) ?? [];
  return credentialIn(name, name === "" ? word : value);
}
