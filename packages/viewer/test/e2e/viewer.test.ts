import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../../../bench/cluster.ts";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, placeOf, SCRIPT, serve, violations, watch } from "./page.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

const workload = (namespace: string, name: string, app = name) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app}, note: "x" } }
    spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }] }
`;

const SHOP = [
  workload("shop", "web"),
  workload("shop", "api"),
  workload("data", "db"),
  workload("lab", "toy"),
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: data }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
          podSelector: { matchLabels: { app: api } }
      ports: [{ port: 5432 }]
`,
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: shop, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ port: 80 }]
`,
].join("---\n");

/** A cluster policy passes the shop on to the NetworkPolicies, and is alone in having a say on egress. */
const ADMIN = `${SHOP}---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 5
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: data } } }
  ingress:
    - action: Pass
      from: [{ namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }]
  egress:
    - action: Deny
      to: [{ namespaces: { matchLabels: { kubernetes.io/metadata.name: lab } } }]
`;

const LARGE = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: generate({ pods: 2500, namespaces: 60, policies: 200, seed: 1 }),
});

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;

/** Nobody says whether the block has the client's address. */
const DOUBT = `${workload("shop", "web")}---
${workload("shop", "db")}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]
`;

const page = (body: string, script = "/watertight-viewer.js") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title><script src="${script}" defer></script></head><body><main><h1>Shop</h1>${body}</main></body></html>`;

const inline = (yaml: string) => `<script type="application/yaml" data-path="shop.yaml">${yaml}</script>`;

const files = {
  "/": page('<watertight-viewer src="shop.yaml"></watertight-viewer>'),
  "/shop.yaml": SHOP,
  "/dark.html": page('<watertight-viewer src="shop.yaml" theme="dark" focus="data/db"></watertight-viewer>'),
  "/inline.html": page(`<watertight-viewer>${inline(SHOP)}</watertight-viewer>`),
  "/admin.html": page(`<watertight-viewer focus="data/db">${inline(ADMIN)}</watertight-viewer>`),
  "/broken.html": page(`<watertight-viewer>${inline(`${SHOP}---\nkind: Pod\n  bad: [`)}</watertight-viewer>`),
  "/missing.html": page('<watertight-viewer src="nowhere.yaml"></watertight-viewer>'),
  "/missing-dark.html": page('<watertight-viewer src="nowhere.yaml" theme="dark"></watertight-viewer>'),
  "/left.html": page(`<watertight-viewer>${inline("kind: Pod\n  bad: [")}</watertight-viewer>`),
  "/policies.html": page(`<watertight-viewer theme="dark">${inline(POLICY)}</watertight-viewer>`),
  "/doubt.html": page(`<watertight-viewer>${inline(DOUBT)}</watertight-viewer>`),
  "/foreign.html": page('<watertight-viewer src="https://example.com/x.yaml"></watertight-viewer>'),
  "/empty.html": page("<watertight-viewer></watertight-viewer>"),
  "/ask.html": page(
    '<watertight-viewer src="shop.yaml" from="shop/web" to="data/db" port="TCP/5432"></watertight-viewer>',
  ),
};

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, url } = await serve(files));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("the viewer in a page with a strict policy", () => {
  test("draws what src names, without complaints and without other requests", async () => {
    const { page: tab, complaints, requests } = await watch(browser, `${url}/`);
    await drawn(tab);
    expect(complaints).toEqual([]);
    expect(requests.map((one) => one.replace(url, "")).filter((path) => path !== "/favicon.ico")).toEqual([
      "/",
      "/watertight-viewer.js",
      "/shop.yaml",
    ]);
    expect(await inked(tab)).toBeGreaterThan(0.01);
    await tab.close();
  });

  test("clicking a line shows the policy, rule, file and line behind it, and its YAML", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/`);
    await drawn(tab);
    const { x, y } = await placeOf(tab, "api → db");
    await tab.mouse.click(x, y);
    const inspector = tab.locator("watertight-viewer aside");
    await inspector.waitFor();
    const text = await inspector.innerText();
    expect(text).toContain("api → db");
    expect(text).toContain("data/db");
    expect(text).toContain("TCP 5432");
    expect(text).toMatch(/shop\.yaml:\d+:\d+/);
    expect(await inspector.locator(".hit").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining("podSelector: { matchLabels: { app: api } }")]),
    );
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("clicking a workload shows what isolates it and whom it may reach", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const { x, y } = await placeOf(tab, "db");
    await tab.mouse.click(x, y);
    const text = await tab.locator("watertight-viewer aside").innerText();
    expect(text).toContain("ISOLATED");
    expect(text).toContain("data/db");
    expect(text).toMatch(/shop\.yaml:\d+:\d+/);
    expect(text).toContain("shop/api");
    await tab.keyboard.press("Escape");
    expect(await tab.locator("watertight-viewer aside").count()).toBe(0);
    await tab.close();
  });

  test("a slash searches, Enter selects", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.locator("watertight-viewer .canvas").focus();
    await tab.keyboard.press("/");
    await tab.keyboard.type("toy");
    await tab.keyboard.press("Enter");
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("toy");
    expect(await tab.locator("watertight-viewer aside").innerText()).toContain("OPEN");
    await tab.close();
  });

  test("policies of the admin tier are named with what they say, and a direction only they govern is not called open", async () => {
    const { page: tab } = await watch(browser, `${url}/admin.html`);
    await drawn(tab);
    const facts = await tab.locator("watertight-viewer .fact").allInnerTexts();
    const guard = /guard\s+ClusterNetworkPolicy, admin tier: 1 (pass|deny) rule\s+shop\.yaml:\d+:\d+/;
    expect(facts[0]).toContain("ISOLATED");
    expect(facts[0]).toMatch(guard);
    expect(facts[0]).toContain("data/db");
    expect(facts[1]).toContain("GOVERNED");
    expect(facts[1]).toMatch(guard);
    await tab.locator("watertight-viewer .rows button", { hasText: "shop/api" }).first().click();
    const steps = await tab.locator("watertight-viewer .step").allInnerTexts();
    expect(steps.some((step) => step.startsWith("Passed on by rule 1 of ClusterNetworkPolicy guard"))).toBe(true);
    expect(steps.some((step) => step.startsWith("Allowed by rule 1 of NetworkPolicy data/db"))).toBe(true);
    await tab.close();
  });

  test.each([
    ["the start", "/dark.html"],
    ["a click", "/"],
  ])("the whole picture stays in sight when the inspector opens at %s", async (_when, path) => {
    const { page: tab } = await watch(browser, url + path);
    await drawn(tab);
    if (path === "/") {
      const { x, y } = await placeOf(tab, "db");
      await tab.mouse.click(x, y);
      await tab.waitForTimeout(150);
    }
    const { picture, host } = await tab.evaluate(() => {
      const canvas = document.querySelector("watertight-viewer")?.shadowRoot?.querySelector(".cytoscape");
      const { cy } = (
        canvas as unknown as { _cyreg: { cy: { elements(): unknown; width(): number; height(): number } } }
      )._cyreg;
      const elements = cy.elements() as { renderedBoundingBox(): { x1: number; x2: number; y1: number; y2: number } };
      return { picture: elements.renderedBoundingBox(), host: { width: cy.width(), height: cy.height() } };
    });
    expect(host.width).toBeLessThan(1280 - 372);
    expect(Math.min(picture.x1, picture.y1)).toBeGreaterThanOrEqual(0);
    expect(picture.x2).toBeLessThanOrEqual(host.width);
    expect(picture.y2).toBeLessThanOrEqual(host.height);
    await tab.close();
  });

  test("of a large cluster namespaces are drawn, and a workload found by search is explained like any other", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/empty.html`);
    await tab.evaluate(
      (sources) => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        if (viewer) viewer.sources = sources;
      },
      [{ path: "large.json", text: LARGE }],
    );
    await drawn(tab);
    expect(await tab.locator("watertight-viewer .status").innerText()).toContain("whole namespaces");
    await tab.locator("watertight-viewer .search input").fill("team-1/app-0");
    await tab.keyboard.press("Enter");
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("app-0");
    await tab.locator("watertight-viewer aside .rows button").first().click();
    expect(await tab.locator("watertight-viewer aside .step").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("the outline leads to every pair by keyboard alone", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const active = () =>
      tab.evaluate(() => document.querySelector("watertight-viewer")?.shadowRoot?.activeElement?.textContent?.trim());
    await tab.locator("watertight-viewer [role=treeitem]").first().focus();
    expect(await active()).toContain("data");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) {
      await tab.keyboard.press(key);
      await tab.waitForTimeout(30);
    }
    expect(await active()).toContain("shop/api");
    await tab.keyboard.press("Enter");
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("api → db");
    await tab.close();
  });

  test("from, to and port ask a question; a denial names the nearest miss", async () => {
    const { page: tab } = await watch(browser, `${url}/ask.html`);
    await drawn(tab);
    const text = await tab.locator("watertight-viewer aside").innerText();
    expect(text).toContain("Denied");
    expect(text).toContain("data/db");
    expect(text).toMatch(/shop\.yaml:\d+:\d+/);
    await tab.close();
  });

  test("broken manifests are named with their place, and the rest is drawn", async () => {
    const { page: tab } = await watch(browser, `${url}/broken.html`);
    await drawn(tab);
    expect(await tab.locator("watertight-viewer .notice").innerText()).toMatch(/shop\.yaml:\d+:\d+/);
    await tab.close();
  });

  test.each([
    ["missing.html", "could not be fetched: 404"],
    ["foreign.html", "another origin"],
    ["empty.html", "Nothing to show yet"],
    ["left.html", "Nothing is left to draw"],
    ["policies.html", "No workloads in these manifests"],
  ])("%s says what is the matter", async (path, words) => {
    const { page: tab, requests } = await watch(browser, `${url}/${path}`);
    await tab.locator("watertight-viewer h2").first().waitFor();
    await tab.waitForTimeout(200);
    expect(await tab.locator("watertight-viewer .card-state").innerText()).toContain(words);
    expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
    await tab.close();
  });

  test("hostile names stay text", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/empty.html`);
    const pod = `${workload("shop", "web")}---\n# ${HOSTILE}\n${POLICY}`;
    await tab.evaluate(
      (sources) => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        if (viewer) viewer.sources = sources;
      },
      [
        { path: HOSTILE, text: pod },
        { path: "bad.yaml", text: `apiVersion: v1\nkind: Pod\nmetadata: { name: "${HOSTILE}" }` },
      ],
    );
    await drawn(tab);
    const { x, y } = await placeOf(tab, "web");
    await tab.mouse.click(x, y);
    const shown = await tab.locator("watertight-viewer").evaluate((viewer) => {
      const root = viewer.shadowRoot;
      return { images: root?.querySelectorAll("img").length, inspector: root?.querySelector("aside")?.textContent };
    });
    expect(shown.images).toBe(0);
    expect(shown.inspector).toContain(HOSTILE);
    expect(await tab.locator("watertight-viewer .notice").innerText()).toContain(HOSTILE);
    expect(
      await tab.evaluate(() => document.querySelector<WatertightViewer>("watertight-viewer")?.toSVG()),
    ).not.toContain("<img");
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("links carry what is looked at", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const link = await tab.evaluate(() => {
      const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
      if (!viewer) return "";
      viewer.state = { selection: { kind: "endpoint", id: "shop/Deployment/web" } };
      return viewer.toLink();
    });
    await tab.close();
    const { page: other } = await watch(browser, link);
    await drawn(other);
    expect(await other.locator("watertight-viewer aside h2").innerText()).toBe("web");
    await other.close();
  });

  test("pictures and JSON can be had", async () => {
    const { page: tab } = await watch(browser, `${url}/inline.html`);
    await drawn(tab);
    const { svg, schema, png } = await tab.evaluate(async () => {
      const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
      if (!viewer) throw new Error("no viewer");
      return { svg: viewer.toSVG(), schema: viewer.toJSON()?.schema, png: (await viewer.toPNG()).size };
    });
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
    expect(schema).toBe("watertight/connections/v1");
    expect(png).toBeGreaterThan(1000);
    await tab.close();
  });

  test("what is not certain is found and explained by keyboard alone, on a narrow page too", async () => {
    const viewport = { width: 320, height: 640 };
    const { page: tab, complaints } = await watch(browser, `${url}/doubt.html`, { bypassCSP: true, viewport });
    const viewer = tab.locator("watertight-viewer");
    await viewer.locator(".doubts summary").focus();
    await tab.keyboard.press("Enter");
    expect(await viewer.locator(".doubts").innerText()).toMatch(/1 pair not certain[\s\S]*IP[\s\S]*podCIDRs/);
    const { x = -1, width = 0 } = (await viewer.locator(".doubts .popup").boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(320);
    expect(await violations(tab)).toEqual([]);
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Enter");
    await viewer.locator("aside .doubt").waitFor();
    expect(await viewer.locator(".doubts .popup").isVisible()).toBe(false);
    expect(await viewer.locator("aside").innerText()).toMatch(/Denied[\s\S]*Not certain all may pass/);
    expect(await violations(tab)).toEqual([]);
    await viewer.locator("[role=status][aria-live]").filter({ hasText: "denied, not certain" }).waitFor();
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("the connections are saved by keyboard alone, and Escape leads back to where one was", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const button = tab.locator("watertight-viewer .menu-anchor > button");
    await button.focus();
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Escape");
    expect(await button.evaluate((one) => one.matches(":focus"))).toBe(true);
    await tab.keyboard.press("Enter");
    for (let i = 0; i < 3; i++) await tab.keyboard.press("Tab");
    const saved = tab.waitForEvent("download");
    await tab.keyboard.press("Enter");
    expect((await saved).suggestedFilename()).toBe("watertight.json");
    await tab.close();
  });

  test.each([
    "/",
    "/dark.html",
    "/ask.html",
    "/admin.html",
    "/broken.html",
    "/empty.html",
    "/missing.html",
    "/missing-dark.html",
    "/left.html",
    "/policies.html",
  ])("axe finds nothing on %s", async (path) => {
    const { page: tab } = await watch(browser, url + path, { bypassCSP: true });
    await tab.waitForTimeout(700);
    expect(await violations(tab)).toEqual([]);
    await tab.close();
  });

  test.each([
    ["nothing", {}],
    ["a line", { selection: { kind: "edge", from: "shop/Deployment/api", to: "data/Deployment/db" } }],
    ["a namespace", { selection: { kind: "namespace", id: "shop" } }],
    ["a question", { question: { from: "shop/web", to: "data/db", port: "" } }],
    ["closed namespaces", { open: [] }],
  ] as const)("axe finds nothing in the dark with %s, legend and menu open", async (_what, state) => {
    const { page: tab } = await watch(browser, `${url}/dark.html`, { bypassCSP: true });
    await drawn(tab);
    await tab.evaluate((wanted) => {
      const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
      if (viewer) viewer.state = wanted as WatertightViewer["state"];
      viewer?.shadowRoot?.querySelector<HTMLElement>(".legend summary")?.click();
      viewer?.shadowRoot?.querySelector<HTMLElement>(".menu-anchor > button")?.click();
    }, state);
    await tab.waitForTimeout(200);
    expect(await violations(tab)).toEqual([]);
    await tab.close();
  });

  test("fits a narrow page, with the inspector as a sheet", async () => {
    const { page: tab } = await watch(browser, `${url}/dark.html`, { viewport: { width: 320, height: 640 } });
    await drawn(tab);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("db");
    await tab.close();
  });

  test("an element taken out of the page and put back works on", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.evaluate(() => {
      const viewer = document.querySelector("watertight-viewer");
      const parent = viewer?.parentElement;
      viewer?.remove();
      if (viewer) parent?.append(viewer);
    });
    await drawn(tab);
    expect(await inked(tab)).toBeGreaterThan(0.01);
    expect(complaints).toEqual([]);
    await tab.close();
  });
});

test("the viewer works in a page opened from disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "watertight-"));
  try {
    const file = join(folder, "shop.html");
    writeFileSync(file, page(`<watertight-viewer>${inline(SHOP)}</watertight-viewer>`, pathToFileURL(SCRIPT).href));
    const { page: tab, complaints } = await watch(browser, pathToFileURL(file).href);
    await drawn(tab);
    expect(complaints).toEqual([]);
    expect(await inked(tab)).toBeGreaterThan(0.01);
    await tab.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The share of the canvas that is not background. */
async function inked(tab: Page): Promise<number> {
  return tab.evaluate(() => {
    const canvases = document.querySelector("watertight-viewer")?.shadowRoot?.querySelectorAll("canvas") ?? [];
    const shares = [...canvases].map((canvas) => {
      const { width, height } = canvas;
      const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      let filled = 0;
      for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 0) filled++;
      return filled / (width * height);
    });
    return Math.max(0, ...shares);
  });
}
