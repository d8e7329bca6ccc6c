import type { Server } from "node:http";
import { attackGraph, compile, type PathsAnswer, parse, pathsAnswer, pathsReport, reach } from "@watertight/core";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, elementsOf, serve, shopText, violations, watch } from "./page.ts";

const SHOP = shopText();

const page = (attributes: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title><script src="/watertight-viewer.js" defer></script></head><body><main><h1>Shop</h1><watertight-viewer src="shop.yaml" ${attributes}></watertight-viewer></main></body></html>`;

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, url } = await serve({
    "/": page(""),
    "/paths.html": page('view="paths"'),
    "/dark.html": page('view="paths" theme="dark"'),
    "/asked.html": page('view="paths" from="shop/storefront" to="payments/ledger-db"'),
    "/nobody.html": page('view="paths" from="shop/nobody"'),
    "/shop.yaml": SHOP,
  }));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const pane = (tab: Page) => tab.locator("watertight-viewer .pane");
const rows = (tab: Page) => tab.locator("watertight-viewer ol.paths > li > button");

async function ready(path: string, options: Parameters<typeof watch>[2] = {}) {
  const watched = await watch(browser, url + path, options);
  await drawn(watched.page);
  await watched.page.locator("watertight-viewer .pane h3").first().waitFor();
  return watched;
}

describe("the paths view", () => {
  test("shows the steps that core's answer has, path by path", async () => {
    const { page: tab, complaints } = await ready("/paths.html");
    const shown = await rows(tab).evaluateAll((buttons) =>
      buttons.map((button) =>
        [...button.querySelectorAll<HTMLElement>(".link small")].map(({ title, textContent }) => {
          const words = textContent.trim();
          return words.includes("/") ? `${title} ${words}` : title;
        }),
      ),
    );
    const expected = answerOf().paths.map(({ steps }) =>
      steps.map(({ edge, port }) => (port === undefined ? edge : `${edge} ${port}`)),
    );
    expect(expected.length).toBeGreaterThan(2);
    expect(shown).toEqual(expected);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("a selected path is drawn hop by hop, numbered, and explained with the lines of YAML", async () => {
    const { page: tab, complaints } = await ready("/paths.html");
    const wanted = answerOf().paths.findIndex(({ to }) => to === "payments/StatefulSet/ledger-db");
    await rows(tab).nth(wanted).click();
    const inspector = tab.locator("watertight-viewer aside");
    const steps = answerOf().paths[wanted]?.steps ?? [];
    expect(await inspector.locator("ol.steps > li").count()).toBe(steps.length);
    expect((await hopsDrawn(tab)).sort()).toEqual(steps.map((_, i) => `${i + 1}`));
    await inspector.locator("ol.steps > li").last().locator("summary").click();
    expect(await inspector.locator(".excerpt .hit").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("from a workload, the graph has the number of its hops on every card that falls", async () => {
    const { page: tab } = await ready("/paths.html");
    await pane(tab).locator("input[name=from]").fill("shop/storefront");
    await tab.keyboard.press("Enter");
    await pane(tab).locator("table.rings").waitFor();
    const { endpoints } = answerOf("shop/Deployment/storefront").blastRadius;
    await expect.poll(() => marks(tab)).toEqual(endpoints.map(({ hops }) => `${hops}`).sort());
    await tab.close();
  });

  test("by keyboard alone: name a start, choose a path, close it, and say so to those who listen", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.locator("watertight-viewer [role=tab][data-view=graph]").focus();
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    const active = () =>
      tab.evaluate(() => {
        const inner = document.querySelector("watertight-viewer")?.shadowRoot?.activeElement;
        return inner?.getAttribute("name") ?? inner?.getAttribute("aria-label") ?? inner?.textContent ?? "";
      });
    await pane(tab).waitFor();
    await tabTo(tab, async () => (await active()) === "from");
    await tab.keyboard.type("shop/storefront");
    await tab.keyboard.press("Enter");
    await expect.poll(() => spoken(tab)).toMatch(/^\d+ paths? from shop\/storefront to a crown jewel$/);
    await tabTo(tab, async () => (await active()).includes("shop/storefront → payments/ledger-db"));
    await tab.keyboard.press("Enter");
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("shop/storefront → payments/ledger-db");
    expect(await spoken(tab)).toMatch(/^Path 1, shop\/storefront to payments\/ledger-db, 1 hop/);
    await tab.keyboard.press("Escape");
    expect(await tab.locator("watertight-viewer aside").count()).toBe(0);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("an edit can be tried: its file changes where it has to, and the paths are those that are left", async () => {
    const { page: tab, complaints } = await ready("/paths.html");
    const before = await rows(tab).count();
    await pane(tab).getByRole("button", { name: "Try this edit: all choke points" }).click();
    await expect.poll(() => rows(tab).count(), { timeout: 20_000 }).toBeLessThan(before);
    const edits = await tab.evaluate(() => document.querySelector<WatertightViewer>("watertight-viewer")?.state.edits);
    const changed = edits?.find(({ path }) => path.endsWith("shop.yaml"))?.text ?? "";
    const after = answerOf(undefined, [
      changed,
      ...(edits ?? []).filter(({ path }) => !path.endsWith("shop.yaml")).map(({ text }) => text ?? ""),
    ]);
    expect(await rows(tab).count()).toBe(after.paths.length);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("from and to as attributes ask; what nobody is called is said", async () => {
    const { page: tab } = await ready("/asked.html");
    expect(await rows(tab).first().innerText()).toContain("shop/storefront → payments/ledger-db");
    await tab.close();
    const { page: other } = await watch(browser, `${url}/nobody.html`);
    await drawn(other);
    expect(await other.locator("watertight-viewer .pane .problem").innerText()).toContain("shop/nobody");
    await other.close();
  });

  test("a workload's panel leads to the paths from it", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await look(tab, { selection: { kind: "endpoint", id: "shop/Deployment/storefront" } });
    await tab.locator("watertight-viewer aside").getByRole("button", { name: "Paths from here" }).click();
    await rows(tab).first().waitFor();
    expect(await pane(tab).locator("input[name=from]").inputValue()).toBe("shop/storefront");
    await tab.close();
  });

  test.each(["/paths.html", "/dark.html"])("axe finds nothing on %s, whatever is selected", async (path) => {
    const { page: tab } = await ready(path, { bypassCSP: true });
    expect(await violations(tab)).toEqual([]);
    await rows(tab).last().click();
    await tab.waitForTimeout(200);
    await tab.locator("watertight-viewer details.more > summary").evaluateAll((all) => {
      for (const summary of all) (summary as HTMLElement).click();
    });
    expect(await violations(tab)).toEqual([]);
    await look(tab, { view: "paths", route: { from: "shop/storefront", to: "", edges: "network" } });
    await pane(tab).locator("table.rings").waitFor();
    expect(await violations(tab)).toEqual([]);
    await tab.close();
  });

  test("fits a narrow page", async () => {
    const { page: tab } = await ready("/paths.html", { viewport: { width: 320, height: 640 } });
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    const wide = await pane(tab).evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await tab.close();
  });
});

/** Core's own answer to a question about the shop. */
function answerOf(from?: string, texts: readonly string[] = [SHOP]): PathsAnswer {
  const sources = texts.map((text, i) => ({ path: `shop${i}.yaml`, text }));
  const { program } = compile(parse(sources).cluster);
  const attack = attackGraph(reach(program, { by: "workload" }));
  const fact = from === undefined ? undefined : attack.graph.find("own", from);
  return pathsAnswer(pathsReport(attack, { k: 5, needs: [], ...(fact && { from: fact }) }));
}

async function look(tab: Page, state: Partial<WatertightViewer["state"]>): Promise<void> {
  await tab.evaluate((wanted) => {
    const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
    if (viewer) viewer.state = wanted as WatertightViewer["state"];
  }, state);
}

function spoken(tab: Page): Promise<string> {
  return tab.locator("watertight-viewer [role=status]").innerText();
}

/** Presses Tab until something has focus. */
async function tabTo(tab: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await isThere()) return;
    await tab.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there");
}

function hopsDrawn(tab: Page): Promise<string[]> {
  return labels(tab, "edge.hop, edge.hop-other, .mark.hop");
}

async function marks(tab: Page): Promise<string[]> {
  return (await labels(tab, ".mark.ring")).sort();
}

async function labels(tab: Page, selector: string): Promise<string[]> {
  return (await elementsOf(tab, selector)).map(({ label }) => label);
}
