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

/** What was read of a live cluster. */
export interface LiveInput {
  readonly context: string;
  readonly problems: readonly Diagnostic[];
}

/** What becomes of the objects of a cluster, a kind under one path. */
export interface Receiver {
  /** Takes objects as `kubectl get -o json` prints them; those of a path come in their order, page by page unless they are asked for at once. */
  readonly take: (source: Source) => void;
  /** What was taken under a path is void: it comes anew, or could not be had. */
  readonly discard: (path: string) => void;
  readonly comes: "page by page" | "at once";
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
  receiver: Receiver,
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
    const problems = await Promise.all(
      kinds.map(async (kind) => {
        const found = await readKind(api, kind, receiver);
        progress(`reading ${context}: ${++done} of ${kinds.length} kinds`);
        return found;
      }),
    );
    return { context, problems: problems.flat() };
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

/** Hands over all objects of a kind, and says what kept it from doing so. */
async function readKind(api: Api, kind: ApiKind, receiver: Receiver): Promise<readonly Diagnostic[]> {
  const path = `${api.context}/${kubectlName(kind)}`;
  for (const version of kind.versions) {
    const printer = new Printer(path, version, kind.kind, receiver);
    const { status, body } = await listAll(api, listOf(kind, version), printer);
    if (status === 404) continue;
    if (status === 200) {
      printer.end();
      return [];
    }
    printer.discard();
    return [refused(path, kind, { status, body })];
  }
  return [];
}

/** Reads a list page by page; returns the last answer, which is the one that stopped it where the API refuses. */
async function listAll(api: Api, list: ListRequest, printer: Printer): Promise<Answer> {
  let rest: string | undefined;
  for (;;) {
    const page = new URLSearchParams({
      ...list.query,
      limit: `${PAGE}`,
      ...(rest !== undefined && { continue: rest }),
    });
    const answer = await api.get(`${list.address}?${page}`, list.accept);
    // The place to go on from has expired: everything at once cannot.
    if (answer.status === 410 && rest !== undefined) {
      printer.discard();
      return listAtOnce(api, list, printer);
    }
    if (answer.status !== 200) return answer;
    const found = listIn(api, list, answer);
    printer.print(found.items);
    if (!found.rest) return answer;
    rest = found.rest;
  }
}

async function listAtOnce(api: Api, list: ListRequest, printer: Printer): Promise<Answer> {
  const query = new URLSearchParams(list.query).toString();
  const answer = await api.get(query === "" ? list.address : `${list.address}?${query}`, list.accept);
  if (answer.status === 200) printer.print(listIn(api, list, answer).items);
  return answer;
}

/** Prints objects as `kubectl` does, as one list or as one for each page that stands where its items would in the whole. */
class Printer {
  private items: string[] = [];
  /** On which line the next item would start. */
  private line = FIRST_ITEM;

  constructor(
    private readonly path: string,
    private readonly apiVersion: string,
    private readonly kind: string,
    private readonly receiver: Receiver,
  ) {}

  print(objects: readonly ApiObject[]): void {
    const items = objects.map((object) => objectText(this.apiVersion, this.kind, object));
    if (this.receiver.comes === "at once") {
      for (const item of items) this.items.push(item);
      return;
    }
    for (let at = 0; at < items.length; at += PAGE) {
      const text = items.slice(at, at + PAGE).join(SEPARATOR);
      this.receiver.take({ path: this.path, line: this.line - 1, text: `${LIST_IN_A_LINE}\n    ${text}\n]}` });
      this.line += text.split("\n").length;
    }
  }

  end(): void {
    if (this.items.length > 0) this.receiver.take({ path: this.path, text: listText(this.items) });
  }

  discard(): void {
    this.items = [];
    this.line = FIRST_ITEM;
    this.receiver.discard(this.path);
  }
}

/** The line of {@link listText} on which its first item starts. */
const FIRST_ITEM = 5;

const SEPARATOR = ",\n    ";

const LIST_IN_A_LINE = '{"apiVersion":"v1","kind":"List","items":[';

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
  return `{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [\n    ${items.join(SEPARATOR)}\n  ]\n}\n`;
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
