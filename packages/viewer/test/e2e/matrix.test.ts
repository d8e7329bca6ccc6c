import type { Server } from "node:http";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../../../bench/cluster.ts";
import { openBrowser } from "../../../../test/chromium.ts";
import { manifests, policy, workload } from "../graphs.ts";
import { drawn, serve, violations, watch } from "./page.ts";

const SHOP = manifests(
  workload("shop", "web"),
  workload("shop", "api"),
  workload("data", "db"),
  workload("lab", "toy"),
  policy("data", "db", {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
            podSelector: { matchLabels: { app: "api" } },
          },
        ],
        ports: [{ port: 5432 }],
      },
    ],
  }),
);

const LARGE = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: generate({ pods: 3000, namespaces: 120, policies: 300, seed: 1 }),
});

const page = (attributes: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Matrix</title><script src="/watertight-viewer.js" defer></script></head><body><main><h1>Shop</h1><watertight-viewer view="matrix" ${attributes}></watertight-viewer></main></body></html>`;

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, url } = await serve({
    "/": page('src="shop.yaml"'),
    "/dark.html": page('src="shop.yaml" theme="dark"'),
    "/large.html": page('src="large.yaml"'),
    "/shop.yaml": SHOP,
    "/large.yaml": LARGE,
  }));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const cell = (tab: Page, label: string) =>
  tab.locator("watertight-viewer [role=gridcell]").filter({ has: tab.getByText(label, { exact: true }) });
const cells = (tab: Page) => tab.locator("watertight-viewer [role=gridcell]");

/** What the focused head or cell is called. */
async function active(tab: Page): Promise<string | null | undefined> {
  return tab.evaluate(() => {
    const focused = document.querySelector("watertight-viewer")?.shadowRoot?.activeElement;
    return focused?.getAttribute("aria-label") ?? focused?.querySelector(".visually-hidden")?.textContent;
  });
}

async function press(tab: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await tab.keyboard.press(key);
    await tab.waitForTimeout(30);
  }
}

describe("the matrix view under a strict policy", () => {
  test("says every pair in a sentence, without complaints and without other requests", async () => {
    const { page: tab, complaints, requests } = await watch(browser, `${url}/`);
    await drawn(tab);
    await cell(tab, "shop/api may reach data/db on TCP 5432").waitFor();
    expect(await cell(tab, "shop/web may not reach data/db").count()).toBe(1);
    expect(await cell(tab, "shop/web may reach lab/toy on all ports; no policy has a say").count()).toBe(1);
    expect(await cell(tab, "data/db: every pod reaches itself").count()).toBe(1);
    expect(await cells(tab).count()).toBe(25);
    expect(complaints).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
    await tab.close();
  });

  test("by keyboard alone, a denial is found and explained, and a namespace closed", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.locator('watertight-viewer [role=grid] [tabindex="0"]').focus();
    expect(await active(tab)).toBe("data, 1 listed");
    // Past the head of the namespace to its cells, then down to the shop and back to the column of the database.
    await press(tab, "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown");
    expect(await active(tab)).toBe("shop/web may not reach data/db");
    await press(tab, "Enter");
    const inspector = tab.locator("watertight-viewer aside");
    expect(await inspector.innerText()).toContain("Denied");
    expect(await inspector.innerText()).toMatch(/shop\.yaml:\d+:\d+/);
    expect(await active(tab)).toBe("shop/web may not reach data/db");

    await press(tab, "ArrowUp", "Enter");
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("api → db");
    await press(tab, "Home", "ArrowUp", " ");
    expect(await active(tab)).toBe("shop, 2 in one");
    expect(await cell(tab, "1 of 2 pairs from shop to data/db are allowed, on TCP 5432").count()).toBe(1);
    await tab.close();
  });

  test("of a cluster with 120 namespaces a part is in the page, and the rest comes as it is walked to", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/large.html`);
    await tab.waitForFunction(
      () =>
        (document.querySelector("watertight-viewer")?.shadowRoot?.querySelectorAll("[role=gridcell]").length ?? 0) > 0,
    );
    expect(await cells(tab).count()).toBeLessThan(61 * 61);
    expect(Number(await tab.locator("watertight-viewer [role=grid]").getAttribute("aria-rowcount"))).toBeGreaterThan(
      100,
    );
    await tab.locator('watertight-viewer [role=grid] [tabindex="0"]').focus();
    await press(tab, "ArrowRight", "Control+End");
    expect(await active(tab)).toMatch(/not for this cluster to decide$/);
    await press(tab, "Control+Home");
    expect(await active(tab)).toMatch(/^team-0, \d+ in one$/);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("is copied as Markdown and as CSV", async () => {
    const { page: tab } = await watch(browser, `${url}/`, { permissions: ["clipboard-read", "clipboard-write"] });
    await drawn(tab);
    const clipboard = async (button: string) => {
      await tab.locator("watertight-viewer button", { hasText: button }).click();
      await tab.locator("watertight-viewer [role=status]", { hasText: "copied" }).waitFor({ state: "attached" });
      return tab.evaluate(() => navigator.clipboard.readText());
    };
    expect(await clipboard("Markdown")).toContain("| data/db | itself |");
    expect(await clipboard("CSV")).toContain("data/db,itself,");
    await tab.close();
  });

  test("on paper every row and column is there, in tables as wide as a sheet, and afterwards the screen has its own again", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/`, { viewport: { width: 400, height: 420 } });
    await drawn(tab);
    const fire = (name: string) => tab.evaluate((type) => window.dispatchEvent(new Event(type)), name);
    await fire("beforeprint");
    const tables = tab.locator("watertight-viewer table.paper");
    expect(await tables.count()).toBe(1);
    expect(await tables.locator("td").count()).toBe(25);
    await fire("afterprint");
    expect(await tables.count()).toBe(0);
    expect(await cells(tab).count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await tab.close();

    const { page: large } = await watch(browser, `${url}/large.html`);
    await cells(large).first().waitFor();
    await large.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const pieces = await large.locator("watertight-viewer table.paper").evaluateAll((all) =>
      all.map((one) => ({
        columns: one.querySelectorAll("thead th").length - 1,
        rows: one.querySelectorAll("tbody th[scope=row]").length,
        width: one.getBoundingClientRect().width,
      })),
    );
    expect(pieces.length).toBeGreaterThan(1);
    const columns = pieces.reduce((sum, piece) => sum + piece.columns, 0);
    for (const { rows, width } of pieces) {
      expect(rows).toBe(columns);
      // What A4 has between margins of 1 cm, at 96 pixels to the inch.
      expect(width).toBeLessThanOrEqual(718);
    }
    await large.close();
  });

  test("fits a narrow page", async () => {
    const { page: tab } = await watch(browser, `${url}/dark.html`, { viewport: { width: 360, height: 640 } });
    await drawn(tab);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await cell(tab, "shop/web may not reach data/db").click();
    expect(await tab.locator("watertight-viewer aside").innerText()).toContain("Denied");
    await tab.close();
  });

  test.each([
    ["open", {}],
    ["closed", { open: [] }],
    ["with a cell chosen", { selection: { kind: "edge", from: "shop/Deployment/api", to: "data/Deployment/db" } }],
  ] as const)("axe finds nothing in it, %s, in both themes", async (_what, state) => {
    for (const path of ["/", "/dark.html"]) {
      const { page: tab } = await watch(browser, url + path, { bypassCSP: true });
      await drawn(tab);
      await tab.evaluate((wanted) => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        if (viewer) viewer.state = { view: "matrix", ...wanted } as WatertightViewer["state"];
      }, state);
      await tab.waitForTimeout(200);
      expect(await violations(tab)).toEqual([]);
      await tab.close();
    }
  });
});
