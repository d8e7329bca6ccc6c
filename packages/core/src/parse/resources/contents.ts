import type { Content } from "../../model/contents.ts";

/** How much of one value is looked at, in characters; what is longer is no login. */
const MAX_SEEN = 65_536;

/**
 * What a text is recognised to hold. Placeholders, which something fills in later, are nothing. Cost: linear in the text, and next to
 * nothing for those without the words that start a login.
 */
export function contentsOf(whole: string): readonly Content[] {
  const text = whole.slice(0, MAX_SEEN);
  return [
    ...(text.includes("eyJ") ? tokensIn(text) : []),
    ...(text.includes("clusters") && isKubeconfig(text) ? [kubeconfig(text)] : []),
    ...(text.includes("-----BEGIN") && PRIVATE_KEY.test(text) ? [{ kind: "private-key" } as const] : []),
    ...(text.includes("://") ? loginsIn(text) : []),
    ...(text.includes("NetworkPolicy") && isPolicy(text) ? [{ kind: "policy" } as const] : []),
  ];
}

/** The same for a value in base64. */
export function contentsOfEncoded(value: string): readonly Content[] {
  return contentsOf(decoded(value.slice(0, MAX_SEEN)));
}

// Every repetition has a bound, so that no text takes long.
const TOKEN = /\beyJ[\w-]{8,1000}\.(eyJ[\w-]{8,2000})\.[\w-]{8}/g;
const SUBJECT = /"sub"\s*:\s*"system:serviceaccount:([^:"]+):([^:"]+)"/;

/** Source: kubernetes.io, Managing Service Accounts: the subject of a token is the user name of its account. */
function tokensIn(text: string): readonly Content[] {
  return [...text.matchAll(TOKEN)].flatMap(([, payload = ""]): readonly Content[] => {
    const [, namespace, account] = SUBJECT.exec(decoded(payload)) ?? [];
    return namespace && account ? [{ kind: "token", namespace, account }] : [];
  });
}

const CONFIG = /(?:^|[\s,{])"?kind"?\s*:\s*"?Config"?\s*(?:$|[,}])/m;
const KEY_DATA = /"?client-key-data"?\s*:\s*"?[A-Za-z0-9+/]{40}/;
const WORD = /(?:^|[\s,{])"?(?:token|password)"?\s*:\s*["']?(?!_)[\w.~+/-]{12}/m;

function isKubeconfig(text: string): boolean {
  return CONFIG.test(text) && (KEY_DATA.test(text) || WORD.test(text));
}

function kubeconfig(text: string): Content {
  return { kind: "kubeconfig", admin: KEY_DATA.test(text) && /\bkubernetes-(?:super-)?admin\b/.test(text) };
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/;

const ADDRESS =
  /\b([a-z][a-z0-9+.-]{0,30}):\/\/[^\s:@/"']{0,200}:([^\s@/"'<>{}$*]{1,200})@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?/gi;

function loginsIn(text: string): readonly Content[] {
  return [...text.matchAll(ADDRESS)].flatMap(([, scheme = "", password = "", host = "", port]): readonly Content[] => {
    if (/^https?$/i.test(scheme) || /^%[a-z]$/.test(password)) return [];
    return [{ kind: "login", host: host.toLowerCase(), ...(port !== undefined && { port: Number(port) }) }];
  });
}

function isPolicy(text: string): boolean {
  return POLICY_KIND.test(text) && POLICY_GROUP.test(text);
}

/** As YAML or JSON writes them. */
const POLICY_KIND = /^[ \t]{0,40}(?:- )?"?kind"?:[ \t]*"?NetworkPolicy"?,?[ \t]*$|"kind":\s{0,9}"NetworkPolicy"/m;
const POLICY_GROUP =
  /^[ \t]{0,40}(?:- )?"?apiVersion"?:[ \t]*"?networking\.k8s\.io\/|"apiVersion":\s{0,9}"networking\.k8s\.io\//m;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<string, number> = new Map([
  ...[...DIGITS].map((digit, value) => [digit, value] as const),
  ["-", 62],
  ["_", 63],
]);

/** The bytes of base64, of either alphabet, one character each: all that is looked for is ASCII. */
function decoded(base64: string): string {
  const bytes: string[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of base64) {
    const value = VALUES.get(digit);
    if (value === undefined) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(String.fromCharCode((held >> bits) & 0xff));
  }
  return bytes.join("");
}
