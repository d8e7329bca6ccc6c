import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Mounted, MountOptions, WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { serve, shopText, watch } from "./page.ts";

declare global {
  interface Window {
    readonly Watertight: {
      readonly mount: (into: Element, options?: MountOptions) => Mounted;
      readonly version: string;
    };
  }
}

const own = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

let browser: Browser;
let server: Server;
let tab: Page;
let complaints: readonly string[];

beforeAll(async () => {
  browser = await openBrowser();
  const page = `<!doctype html><html lang="de"><head><title>api</title><script src="/watertight-viewer.js"></script></head><body></body></html>`;
  const served = await serve({ "/": page, "/shop.yaml": shopText() });
  server = served.server;
  ({ page: tab, complaints } = await watch(browser, served.url));
  await tab.evaluate(() => window.Watertight.mount(document.body, { src: "/shop.yaml", view: "matrix" }).ready);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("what a page may ask of a viewer", () => {
  test("mount makes one, with what it is told, and says which version it is", async () => {
    const viewer = tab.locator("watertight-viewer");
    expect(await viewer.evaluate((one: WatertightViewer) => one.view)).toBe("matrix");
    expect(await tab.evaluate(() => window.Watertight.version)).toBe(JSON.parse(own("package.json")).version);
    // The page is in another language than the viewer's words.
    expect(await tab.locator("watertight-viewer .shell").getAttribute("lang")).toBe("en");
  });

  test("explain gives the verdict with its lines, and rejects what is no question", async () => {
    const [ruling, problem] = await tab
      .locator("watertight-viewer")
      .evaluate(async (viewer: WatertightViewer) => [
        await viewer.explain("shop/storefront", "payments/ledger-db", "TCP/5432"),
        await viewer.explain("shop/storefont", "payments/ledger-db").catch((error: Error) => error.message),
      ]);
    expect(ruling).toMatchObject({ verdict: "allow", ingress: { verdict: "allow" } });
    expect(JSON.stringify(ruling)).toContain("allowed by payments/ledger-db, ingress rule 2");
    expect(problem).toBe("nothing is called shop/storefont; did you mean shop/Deployment/storefront?");
  });

  test("paths gives those between two ends", async () => {
    const answer = await tab
      .locator("watertight-viewer")
      .evaluate((viewer: WatertightViewer) => viewer.paths({ from: "internet", to: "payments/ledger-db" }));
    expect(answer.paths.length).toBeGreaterThan(0);
    expect(new Set(answer.paths.map(({ to }) => to))).toEqual(new Set(["payments/StatefulSet/ledger-db"]));
  });

  test("toYAML gives the manifests with the edits", async () => {
    const text = await tab.locator("watertight-viewer").evaluate(async (viewer: WatertightViewer) => {
      await viewer.setWhatIf([
        { path: "more.yaml", text: "apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n" },
      ]);
      return viewer.toYAML();
    });
    expect(text).toMatch(/^# \/shop\.yaml\n/);
    expect(text).toMatch(/\n---\n# more\.yaml\napiVersion: v1\nkind: Namespace\n/);
  });

  test("a viewer that cannot have its manifests says so to whoever waits, and what to do to who looks", async () => {
    const problem = await tab.evaluate(async () => {
      const { ready } = window.Watertight.mount(document.body, { src: "/none.yaml" });
      return ready.catch((error: Error) => error.message);
    });
    expect(problem).toBe("/none.yaml could not be fetched: 404 Not Found");
    await tab.locator("watertight-viewer").nth(1).getByRole("button", { name: "Try again" }).waitFor();
    expect(await tab.locator("watertight-viewer").nth(1).getByText("src is relative to the page").count()).toBe(1);
  });

  test("destroy takes it out", async () => {
    const left = await tab.evaluate(() => {
      const { element, destroy } = window.Watertight.mount(document.body);
      destroy();
      return element.isConnected;
    });
    expect(left).toBe(false);
    expect(complaints.filter((one) => !one.includes("404"))).toEqual([]);
  });
});
