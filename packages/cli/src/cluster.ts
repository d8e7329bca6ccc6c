import { setMaxListeners } from "node:events";
import { request as requestPlain } from "node:http";
import { type RequestOptions, request as requestSecure } from "node:https";
import { delimiter, dirname } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Depth, Diagnostic, Source } from "@watertight/core";
import { API_KINDS, type ApiKind, kubectlName, MISSED } from "./api-kinds.ts";
import { type ApiObject, type ListRequest, listOf } from "./api-lists.ts";
import { type Io, readText } from "./io.ts";
import { Unusable } from "./unusable.ts";

/** Which cluster to read: a context of a kubeconfig, or the current one; of this file, or of those `kubectl` reads. */
export interface ClusterChoice {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The objects of a live cluster, one source a kind, and what could not be had. */
export interface LiveInput extends Listed {
  readonly context: string;
}

interface Listed {
  readonly sources: readonly Source[];
  readonly problems: readonly Diagnostic[];
}

/** Objects asked for at once, as `kubectl` does. */
const PAGE = 500;

/** Milliseconds without a byte after which a server counts as gone. */
const SILENCE = 30_000;

/**
 * Reads a live cluster: every kind that verdicts rest on, or every kind there is something to say of, with `list` and no other verb.
 * Values of Secrets are not asked for.
 *
 * A kind that may not be listed is a problem of the input, and the rest is read. Throws {@link Unusable} when there is no such
 * context or the cluster does not answer, since half an answer would look like a whole one.
 */
export async function readCluster(
  choice: ClusterChoice,
  { env }: Io,
  progress: (what: string) => void,
  depth: Depth = "specs",
): Promise<LiveInput> {
  const config = await loadConfig(choice, env);
  const context = chooseContext(config, choice);
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  try {
    const api = await connect(config, context, end.signal);
    progress(`reading ${context}`);
    const served = await servedVersions(api);
    const wanted = API_KINDS.filter(({ matter }) => depth === "specs" || matter === "verdicts");
    const kinds = wanted.flatMap((kind) => {
      const versions = kind.versions.filter((version) => kind.origin === "builtin" || (served?.has(version) ?? true));
      return versions.length > 0 ? [{ ...kind, versions }] : [];
    });
    let done = 0;
    const inputs = await Promise.all(
      kinds.map(async (kind) => {
        const input = await readKind(api, kind);
        progress(`reading ${context}: ${++done} of ${kinds.length} kinds`);
        return input;
      }),
    );
    return {
      context,
      sources: inputs.flatMap(({ sources }) => sources),
      problems: inputs.flatMap(({ problems }) => problems),
    };
  } finally {
    end.abort();
  }
}

// The kubeconfig

/** The contexts to choose from. Throws {@link Unusable} as {@link readCluster} does. */
export async function contextsOf(choice: ClusterChoice, { env }: Io): Promise<readonly string[]> {
  return (await loadConfig(choice, env)).getContexts().map(({ name }) => name);
}

async function loadConfig({ kubeconfig }: ClusterChoice, env: Io["env"]): Promise<KubeConfig> {
  const config = new KubeConfig();
  const listed = kubeconfig === undefined ? (env.KUBECONFIG ?? "").split(delimiter).filter(Boolean) : [kubeconfig];
  for (const file of listed) {
    const text = await readText(file);
    if (text !== undefined) merge(config, configIn(file, text));
    // A list in KUBECONFIG may name files that are not there yet.
    else if (kubeconfig !== undefined) throw new Unusable(`--kubeconfig: there is no file \`${file}\``);
  }
  if (listed.length > 0) return config;
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Unusable(`the kubeconfig cannot be used: ${reason(error)}`);
  }
  if (config.getCurrentContext() === NOWHERE) throw new Unusable("there is no kubeconfig; --kubeconfig names one");
  return config;
}

/** The context that the client makes up when it finds no kubeconfig. */
const NOWHERE = "loaded-context";

function configIn(file: string, text: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    const [why = ""] = (error as Error).message.split("\n");
    throw new Unusable(`\`${file}\` cannot be read as a kubeconfig: ${why}`);
  }
  config.makePathsAbsolute(dirname(file));
  return config;
}

/** Where two files name the same, the first counts: as for `kubectl`. */
function merge(config: KubeConfig, next: KubeConfig): void {
  const added = <T extends { readonly name: string }>(own: readonly T[], others: readonly T[]) => [
    ...own,
    ...others.filter(({ name }) => own.every((entry) => entry.name !== name)),
  ];
  config.loadFromOptions({
    clusters: added(config.clusters, next.clusters),
    users: added(config.users, next.users),
    contexts: added(config.contexts, next.contexts),
    currentContext: config.currentContext || next.currentContext,
  });
}

/** Makes the context asked for the current one, and returns its name. */
function chooseContext(config: KubeConfig, { context = config.getCurrentContext() }: ClusterChoice): string {
  const names = config.getContexts().map(({ name }) => name);
  const known =
    names.length === 0
      ? "the kubeconfig names none"
      : ["name one of these:", ...names.sort().map((name) => `  ${name}`)].join("\n");
  if (!context) throw new Unusable(`the kubeconfig has no current context; --context: ${known}`);
  if (!names.includes(context)) throw new Unusable(`--context: there is no context \`${context}\`; ${known}`);
  config.setCurrentContext(context);
  const { cluster, user } = config.getContextObject(context) ?? {};
  const lacks = (what: string, name = "") =>
    new Unusable(`--context: \`${context}\` is for ${what} \`${name}\`, which the kubeconfig does not have`);
  if (!config.getCurrentCluster()) throw lacks("cluster", cluster);
  if (user && !config.getCurrentUser()) throw lacks("user", user);
  return context;
}

// The API

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Api {
  readonly context: string;
  readonly get: (path: string, accept?: string) => Promise<Answer>;
}

async function connect(config: KubeConfig, context: string, signal: AbortSignal): Promise<Api> {
  const server = serverOf(config, context);
  const options = await credentials(config, context);
  const request = server.protocol === "http:" ? requestPlain : requestSecure;
  const get = (path: string, accept = "application/json") =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { ...options.headers, accept, "user-agent": "watertight" };
      const url = new URL(server.href.replace(/\/+$/, "") + path);
      const asked = request(url, { ...options, headers, signal, timeout: SILENCE }, (response) => {
        const chunks: Uint8Array[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      asked.on("timeout", () => asked.destroy(new Error(`nothing came for ${SILENCE / 1000} seconds`)));
      asked.on("error", reject);
      asked.end();
    }).then(
      (answer) => {
        if (answer.status !== 401) return answer;
        throw new Unusable(`the cluster does not accept the credentials of context \`${context}\` (401)`);
      },
      (error) => {
        throw new Unusable(
          `the cluster of context \`${context}\` does not answer at ${server.origin}: ${reason(error)}`,
        );
      },
    );
  return { context, get };
}

function serverOf(config: KubeConfig, context: string): URL {
  const server = config.getCurrentCluster()?.server ?? "";
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new Unusable(`the server of context \`${context}\` has no usable address: \`${server}\``);
}

/** What proves who asks: certificates, a token, or what a plugin says. As `kubectl` does, none of it goes over plain HTTP unless allowed. */
async function credentials(config: KubeConfig, context: string): Promise<RequestOptions> {
  const cluster = config.getCurrentCluster();
  if (cluster?.server.startsWith("http:") && !cluster.skipTLSVerify) return {};
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new Unusable(`the credentials of context \`${context}\` cannot be used: ${reason(error)}`);
  }
  return options;
}

/** Every version of every group the cluster serves; nothing when it does not tell. */
async function servedVersions(api: Api): Promise<ReadonlySet<string> | undefined> {
  const { status, body } = await api.get("/apis");
  if (status !== 200) return undefined;
  const { groups = [] } = json(api, body) as { groups?: { versions: { groupVersion: string }[] }[] };
  return new Set(groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)));
}

/** All objects of a kind as one source, the way `kubectl get -o json` prints them; nothing when there are none. */
async function readKind(api: Api, kind: ApiKind): Promise<Listed> {
  const path = `${api.context}/${kubectlName(kind)}`;
  for (const version of kind.versions) {
    const written = (object: ApiObject) => objectText(version, kind.kind, object);
    const answer = await listAll(api, listOf(kind, version), written);
    if (answer.status === 404) continue;
    if (!("items" in answer)) return { sources: [], problems: [refused(path, kind, answer)] };
    if (answer.items.length === 0) break;
    return { sources: [{ path, text: listText(answer.items) } satisfies Source], problems: [] };
  }
  return { sources: [], problems: [] };
}

/** All items of a list as texts, or the answer that stopped it when the API refuses. */
type Items = Answer | { readonly status: 200; readonly items: readonly string[] };

/** Reads a list page by page. Of a page only the text is kept: as objects, the pods of a large cluster would take several times as much. */
async function listAll(api: Api, list: ListRequest, written: (object: ApiObject) => string): Promise<Items> {
  const items: string[] = [];
  let rest: string | undefined;
  do {
    const page = new URLSearchParams({
      ...list.query,
      limit: `${PAGE}`,
      ...(rest !== undefined && { continue: rest }),
    });
    const answer = await api.get(`${list.address}?${page}`, list.accept);
    // The place to go on from has expired: everything at once cannot.
    if (answer.status === 410 && rest !== undefined) return listAtOnce(api, list, written);
    if (answer.status !== 200) return answer;
    const found = listIn(api, list, answer);
    for (const item of found.items) items.push(written(item));
    rest = found.rest;
  } while (rest);
  return { status: 200, items };
}

async function listAtOnce(api: Api, list: ListRequest, written: (object: ApiObject) => string): Promise<Items> {
  const query = new URLSearchParams(list.query).toString();
  const answer = await api.get(query === "" ? list.address : `${list.address}?${query}`, list.accept);
  return answer.status === 200 ? { status: 200, items: listIn(api, list, answer).items.map(written) } : answer;
}

function listIn(
  api: Api,
  { itemsIn }: ListRequest,
  { body }: Answer,
): { items: readonly ApiObject[]; rest: string | undefined } {
  const read = json(api, body) as { metadata?: { continue?: string } };
  return { items: itemsIn(read), rest: read.metadata?.continue };
}

/** Objects in a list do not say what they are, and carry a record of who wrote which field that nobody reads. */
function objectText(apiVersion: string, kind: string, { metadata, ...object }: ApiObject): string {
  const { managedFields: _, ...kept } = metadata ?? {};
  return JSON.stringify({ apiVersion, kind, metadata: kept, ...object }, null, 2).replaceAll("\n", "\n    ");
}

/** A list with these items, indented as `kubectl` does. */
function listText(items: readonly string[]): string {
  return `{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [\n    ${items.join(",\n    ")}\n  ]\n}\n`;
}

function refused(path: string, { resource, matter }: ApiKind, { status, body }: Answer): Diagnostic {
  const span = { path, line: 1, column: 1, endLine: 1, endColumn: 2 };
  if (status === 403) {
    const message = `${resource} may not be listed with these credentials (403); ${MISSED[matter]}`;
    const fix = `allow the verb \`list\` on \`${resource}\` in all namespaces`;
    return { code: "source-unreadable", severity: "warning", message, span, fix };
  }
  const message = `${resource} could not be listed (${status}${said(body)}); ${MISSED[matter]}`;
  return { code: "source-unreadable", severity: "error", message, span };
}

/** What the API says of a failure, where it says anything. */
function said(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? `: ${message.split("\n")[0]}` : "";
  } catch {
    return "";
  }
}

function json({ context }: Api, body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Unusable(`what answers for context \`${context}\` is no Kubernetes API: it does not send JSON`);
}

/** One line; some errors of the network have only a code. */
function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message?.trim().replace(/\s*\n\s*/g, "; ") || code || String(error);
}
