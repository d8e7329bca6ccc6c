import type { Content } from "../../model/contents.ts";
import { subjectOf } from "./certificate.ts";

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
    ...(text.includes("-----BEGIN") && PRIVATE_KEY.test(text) ? [privateKey(text)] : []),
    ...loginsIn(text),
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

const CERTIFICATE_DATA = /"?client-certificate-data"?\s*:\s*"?([A-Za-z0-9+/]{40,20000}={0,2})/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{40,20000})-----END/;
const SERVER = /"?server"?\s*:\s*"?https?:\/\/\[?([a-z0-9.:-]{1,253}?)\]?(?::\d{1,5})?(?:[/"'\s,}]|$)/gim;

function kubeconfig(text: string): Content {
  const hasKey = KEY_DATA.test(text);
  const certificates = hasKey ? [...text.matchAll(CERTIFICATE_DATA)] : [];
  return {
    kind: "kubeconfig",
    admin: hasKey && /\bkubernetes-(?:super-)?admin\b/.test(text),
    users: certificates.flatMap(([, data = ""]) => {
      const [, body] = CERTIFICATE.exec(decoded(data)) ?? [];
      return (body !== undefined && subjectOf(decoded(body))) || [];
    }),
    servers: [...text.matchAll(SERVER)].map(([, host = ""]) => host.toLowerCase()),
  };
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/;

function privateKey(text: string): Content {
  return { kind: "private-key", format: text.includes("BEGIN OPENSSH PRIVATE KEY") ? "ssh" : "other" };
}

const HOST = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?";
/** What stands for nothing yet: `$(PASSWORD)`, `{{ password }}`, `<password>`, `***`. */
const PASSWORD = "[^\\s@/\"'<>{}$*&;,]{1,200}";

/** How addresses carry a password; each gives the scheme, if any, the host, the port and the password by name. */
const ADDRESSES = [
  // postgres://user:password@host:5432/x
  String.raw`\b(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/[^\s:@/"']{0,200}:(?<password>[^\s@/"'<>{}$*]{1,200})@(?<host>${HOST})(?::(?<port>\d{1,5}))?`,
  // jdbc:postgresql://host:5432/x?user=…&password=…
  String.raw`\b(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/(?<host>${HOST})(?::(?<port>\d{1,5}))?(?:\/[^\s?"']{0,200})?\?(?:[^\s"']{0,300}&(?:amp;)?)?password=(?<password>${PASSWORD})`,
  // jdbc:sqlserver://host:1433;user=…;password=…
  String.raw`\bjdbc:(?<scheme>sqlserver):\/\/(?<host>${HOST})(?::(?<port>\d{1,5}))?;(?:[^\s"']{0,300};)?password=(?<password>${PASSWORD})`,
  // Server=tcp:host,1433;User Id=…;Password=…
  String.raw`(?:^|[;"'\s])(?:server|data source|host)\s?=\s?(?:tcp:)?(?<host>${HOST})(?:[:,](?<port>\d{1,5}))?;(?:[^"'\n]{0,300};)?\s?(?:password|pwd)\s?=\s?(?<password>${PASSWORD})`,
  // host=… port=5432 user=… password=…
  String.raw`(?:^|["'\s])host=(?<host>${HOST})\s(?:[^"'\n]{0,200}\s)??(?:port=(?<port>\d{1,5})\s(?:[^"'\n]{0,200}\s)?)?password=(?<password>${PASSWORD})`,
].map((source) => new RegExp(source, "gi"));

/** Logins as the words of their addresses show them; those of pages let in to no store. */
function loginsIn(text: string): readonly Content[] {
  if (!text.includes("://") && !/\b(?:password|pwd)\s?=/i.test(text)) return [];
  const found = ADDRESSES.flatMap((address) => [...text.matchAll(address)]).flatMap(({ groups = {} }): Content[] => {
    const { scheme = "", password = "", host = "", port } = groups;
    if (/^https?$/i.test(scheme) || /^%[a-z]$/.test(password)) return [];
    return [{ kind: "login", host: host.toLowerCase(), ...(port !== undefined && { port: Number(port) }) }];
  });
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

function isPolicy(text: string): boolean {
  return POLICY_KIND.test(text) && POLICY_GROUP.test(text);
}

/** As YAML or JSON writes them. */
const POLICY_KIND = /^[ \t]{0,40}(?:- )?"?kind"?:[ \t]*"?NetworkPolicy"?,?[ \t]*$|"kind":\s{0,9}"NetworkPolicy"/m;
const POLICY_GROUP =
  /^[ \t]{0,40}(?:- )?"?apiVersion"?:[ \t]*"?networking\.k8s\.io\/|"apiVersion":\s{0,9}"networking\.k8s\.io\//m;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** What each digit counts, by its code; -1 for what is none. */
const VALUES = Int8Array.from({ length: 128 }, (_, code) =>
  DIGITS.indexOf(String.fromCharCode(code).replace("-", "+").replace("_", "/")),
);

/** How many characters are made at once. */
const CHUNK = 4096;

/** The bytes of base64, of either alphabet, one character each: all that is looked for is ASCII. */
function decoded(base64: string): string {
  let text = "";
  let bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (let i = 0; i < base64.length; i++) {
    const value = VALUES[base64.charCodeAt(i)] ?? -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    if (bytes.length < CHUNK) continue;
    text += String.fromCharCode(...bytes);
    bytes = [];
  }
  return text + String.fromCharCode(...bytes);
}
