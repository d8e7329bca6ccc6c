import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { folder } from "./runs.ts";

/** What the API answers at an address: the items of a list, or a status in place of them. */
export type Resources = Readonly<Record<string, readonly ApiObject[] | number>>;

type ApiObject = Readonly<Record<string, unknown>>;

export interface ApiServer {
  readonly url: string;
  /** Every request so far, as `GET /api/v1/pods?limit=500`. */
  readonly requests: readonly string[];
  /** The Authorization header of every request so far. */
  readonly tokens: readonly (string | undefined)[];
}

/** An API server that serves these resources; its pages hold two objects, and a place to go on from holds once. */
export async function apiServer(resources: Resources, expired: "expired" | undefined = undefined): Promise<ApiServer> {
  const requests: string[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    tokens.push(request.headers.authorization);
    const url = new URL(request.url ?? "/", "http://api");
    const found = resources[url.pathname] ?? (url.pathname === "/apis" ? 200 : 404);
    const start = Number(url.searchParams.get("continue") ?? 0);
    const status = expired && start > 0 ? 410 : typeof found === "number" ? found : 200;
    const body =
      url.pathname === "/apis" && status === 200
        ? groupsOf(resources)
        : status === 200 && typeof found !== "number"
          ? pageOf(
              request.headers.accept?.includes("as=Table") ? found.map(rowOf) : found,
              start,
              url.searchParams.has("limit"),
            )
          : { kind: "Status", status: "Failure", message: `status ${status}`, code: status };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, tokens };
}

/** A row of a table: the type, and of the object its metadata. */
function rowOf({ metadata, type = "Opaque" }: ApiObject): ApiObject {
  return { cells: ["", type], object: { kind: "PartialObjectMetadata", metadata } };
}

function pageOf(items: readonly ApiObject[], start: number, isLimited: boolean): object {
  const end = isLimited ? start + 2 : items.length;
  const metadata = { resourceVersion: "7", ...(end < items.length && { continue: `${end}` }) };
  const page = items.slice(start, end);
  const isTable = items.some((item) => "cells" in item);
  return isTable
    ? {
        kind: "Table",
        apiVersion: "meta.k8s.io/v1",
        metadata,
        columnDefinitions: [{ name: "Name" }, { name: "Type" }],
        rows: page,
      }
    : { kind: "List", apiVersion: "v1", metadata, items: page };
}

function groupsOf(resources: Resources): object {
  const versions = Object.keys(resources).flatMap((path) => /^\/apis\/([^/]+\/[^/]+)\//.exec(path)?.[1] ?? []);
  const groups = [...new Set(versions)].map((groupVersion) => ({
    name: groupVersion.split("/")[0],
    versions: [{ groupVersion }],
  }));
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** A kubeconfig with a context for each of these servers; the first is the current one. */
export function kubeconfig(servers: Readonly<Record<string, string>>): string {
  const names = Object.keys(servers);
  const cluster = (name: string) => ({ server: servers[name], "insecure-skip-tls-verify": true });
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: names.map((name) => ({ name, cluster: cluster(name) })),
    users: names.map((name) => ({ name, user: { token: `token of ${name}` } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    "current-context": names[0],
  };
  return join(folder({ config: JSON.stringify(config) }), "config");
}
