import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export const SCRIPT = fileURLToPath(new URL("../../dist/watertight-viewer.js", import.meta.url));

/** The strictest policy the viewer promises to run under. */
export const STRICT = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html watertight";

/** A page being watched: everything that must not happen ends up in one of the lists. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** A server of our own with one page, the script and its manifests, under a content policy. */
export async function serve(
  files: Readonly<Record<string, string | Uint8Array>>,
  policy = STRICT,
): Promise<{ readonly server: Server; readonly url: string }> {
  const types: Readonly<Record<string, string>> = {
    html: "text/html",
    js: "text/javascript",
    json: "application/json",
    yaml: "application/yaml",
    css: "text/css",
    svg: "image/svg+xml",
    png: "image/png",
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const built = new URL(`../../dist${path}`, import.meta.url);
    const text =
      files[path] ??
      (/^\/(module\/)?[\w-]+\.js$/.test(path) && existsSync(built) ? readFileSync(built, "utf8") : undefined);
    const type = types[path.split(".").at(-1) ?? ""] ?? "text/html";
    response.writeHead(text === undefined ? 404 : 200, { "Content-Type": type, "Content-Security-Policy": policy });
    response.end(text ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Every file of a folder by its path on a server; a folder's own path gives its index. */
export function filesOf(folder: string): Readonly<Record<string, Uint8Array>> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(`${folder}/${path}`).isFile(),
  );
  return Object.fromEntries(
    paths.flatMap((path) => {
      const content = readFileSync(`${folder}/${path}`);
      const index = /(^|.*\/)index\.html$/.exec(path);
      return [[`/${path}`, content], ...(index ? [[`/${index[1]}`, content]] : [])];
    }),
  );
}

/** Opens a page and notes every console message, error, policy violation and request. */
export async function watch(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(url);
  return { page, complaints, requests };
}

/** Waits until a graph has been drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const host = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape");
    return (host as { _cyreg?: { cy: { elements(): { length: number } } } } | null)?._cyreg?.cy.elements().length;
  });
  await page.waitForTimeout(250);
}

/** Where a card or the middle of a line is on the page. `name` is a card's label, or two joined by an arrow. */
export async function placeOf(page: Page, name: string): Promise<{ readonly x: number; readonly y: number }> {
  return page.evaluate((wanted) => {
    interface Element {
      id(): string;
      data(key: string): string;
      renderedBoundingBox(options: object): { x1: number; y1: number; w: number; h: number };
      renderedMidpoint(): { x: number; y: number };
    }
    const host = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape") as HTMLElement & {
      _cyreg: {
        cy: { elements(selector: string): Element[] & { toArray(): Element[] }; getElementById(id: string): Element };
      };
    };
    const { cy } = host._cyreg;
    const frame = host.getBoundingClientRect();
    const cardOf = (label: string) =>
      cy
        .elements(".label")
        .toArray()
        .find((one) => one.data("label") === label)
        ?.data("of") ?? "";
    const [from, to] = wanted.split(" → ");
    if (from !== undefined && to !== undefined) {
      const edge = cy
        .elements("edge")
        .toArray()
        .find((one) => one.data("source") === cardOf(from) && one.data("target") === cardOf(to));
      if (!edge) throw new Error(`no line ${wanted}`);
      const { x, y } = edge.renderedMidpoint();
      return { x: frame.x + x, y: frame.y + y };
    }
    const { x1, y1, w, h } = cy.getElementById(cardOf(wanted)).renderedBoundingBox({ includeLabels: false });
    return { x: frame.x + x1 + w / 2, y: frame.y + y1 + h / 2 };
  }, name);
}

/** What axe finds on a page. */
export async function violations(tab: Page): Promise<readonly string[]> {
  await tab.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  return tab.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
    );
  });
}

/** The manifests and policies of examples/shop as one text. */
export function shopText(): string {
  const root = fileURLToPath(new URL("../../../../examples/shop/", import.meta.url));
  const files = ["", "policies/"].flatMap((folder) =>
    readdirSync(root + folder)
      .filter((name) => name.endsWith(".yaml") && name !== "expected.yaml")
      .map((name) => readFileSync(root + folder + name, "utf8")),
  );
  return files.join("\n---\n");
}

/** What is written on drawn elements of a class, and the card each belongs to. */
export function elementsOf(page: Page, selector: string): Promise<{ readonly label: string; readonly of: string }[]> {
  return page.evaluate((wanted) => {
    interface Drawn {
      toArray(): readonly { data(key: string): string }[];
    }
    const host = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape");
    const { cy } = (host as HTMLElement & { _cyreg: { cy: { elements(selector: string): Drawn } } })._cyreg;
    const elements = cy.elements(wanted).toArray();
    return elements.map((one) => ({ label: one.data("label"), of: one.data("of") }));
  }, selector);
}
