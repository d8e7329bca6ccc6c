import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import type { Browser, CDPSession, Page } from "playwright-core";
import { generate } from "../cluster.ts";

// The clusters that are shown, the pages that show them, and what can be asked of a page.

export const DIST = "packages/viewer/dist";

/** As many workloads, each of one pod, as `kubectl get -A -o json` lists them. */
function clusterOf(workloads: number, namespaces: number): string {
  const policies = Math.round(workloads / 2);
  const items: object[] = [];
  const seen = new Set<string>();
  for (const item of generate({ pods: workloads * 4, namespaces, policies, seed: 11 })) {
    const { kind, metadata } = item as { kind: string; metadata: { namespace?: string; labels?: { app?: string } } };
    if (kind !== "Pod") items.push(item);
    else {
      const key = `${metadata.namespace}/${metadata.labels?.app}`;
      if (seen.has(key) || seen.size >= workloads) continue;
      seen.add(key);
      items.push(item);
    }
  }
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

export const INPUTS = {
  "50": clusterOf(50, 5),
  "200": clusterOf(200, 10),
  "500": clusterOf(500, 20),
  "1000": clusterOf(1000, 40),
} as const;

/** A policy as somebody types it: whom it selects is what changes. */
export function typedPolicy(app: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: typed, namespace: team-1 }
spec:
  podSelector: { matchLabels: { app: ${app} } }
  policyTypes: [Ingress]
  ingress: [{ ports: [{ port: 8080 }] }]
`;
}

/** As large as clusters get: 150,000 pods. */
function* largest(): Generator<string> {
  yield '{"apiVersion":"v1","kind":"List","items":[';
  let before = "";
  for (const item of generate({ pods: 150_000, namespaces: 3_000, policies: 20_000, seed: 1 })) {
    yield `${before}${JSON.stringify(item)}\n`;
    before = ",";
  }
  yield "]}";
}

/** `200.html` shows the cluster of that name; `?` and attributes may follow. With `typed` among them there is a policy to edit. */
function html(name: string, attributes: string): string {
  const src = `/${name}.json${attributes.includes("typed") ? " /typed.yaml" : ""}`;
  return `<!doctype html><meta charset="utf-8"><style>html,body{height:100%;margin:0}watertight-viewer{height:100%}</style>
<script type="module" src="/module/watertight-viewer.js"></script><watertight-viewer src="${src}" ${attributes}></watertight-viewer>`;
}

export function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const [path = "/", attributes = ""] = decodeURIComponent(request.url ?? "/").split("?");
    const input = /^\/(\w+)\.(json|html)$/.exec(path);
    const built = `${DIST}${path}`;
    const type = path.endsWith("js") ? "text/javascript" : path.endsWith("json") ? "application/json" : "text/html";
    response.setHeader("Content-Type", type);
    if (input?.[2] === "html") response.end(html(input[1] ?? "", attributes));
    else if (path === "/typed.yaml") response.end(typedPolicy("app-1"));
    else if (input?.[1] === "xl") Readable.from(largest()).pipe(response);
    else if (input) response.end(INPUTS[input[1] as keyof typeof INPUTS]);
    else if (/^\/[\w./-]+\.js$/.test(path) && !path.includes("..") && existsSync(built))
      response.end(readFileSync(built));
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Milliseconds since navigation began, once cards are drawn and a frame has been painted after it. */
export function painted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          const host = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape");
          const drawn = (host as { _cyreg?: { cy: { nodes(): { length: number } } } } | null)?._cyreg?.cy.nodes()
            .length;
          if (drawn) requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0));
          else setTimeout(look, 5);
        };
        look();
      }),
  );
}

export async function elements(page: Page): Promise<{ readonly nodes: number; readonly edges: number }> {
  return page.evaluate(() => {
    const host = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape");
    type Graph = { nodes(selector: string): { length: number }; edges(): { length: number } };
    const { cy } = (host as unknown as { _cyreg: { cy: Graph } })._cyreg;
    return { nodes: cy.nodes(".card").length, edges: cy.edges().length };
  });
}

/** The most memory the largest page of a browser has ever had, as far as the system tells. */
export async function peak(browser: Browser): Promise<string> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo
    .filter(({ type, id }) => type === "renderer" && existsSync(`/proc/${id}/status`))
    .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0));
  return sizes.length === 0 ? "not told" : `${(Math.max(...sizes) / 1024).toFixed(0)} MB`;
}

export async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.enable");
  for (let run = 0; run < 3; run++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}

/** Milliseconds of processor time that a page's own thread has used for its tasks so far. */
export async function busy(session: CDPSession): Promise<number> {
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
}

/** Has a page take down how long its tasks are that are felt. */
export async function watchTasks(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ["longtask"],
    });
  });
  return () => page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks.splice(0)));
}
