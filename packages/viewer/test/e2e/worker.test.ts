import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../../../bench/cluster.ts";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, SCRIPT, serve, watch } from "./page.ts";

const LARGE = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: generate({ pods: 2500, namespaces: 40, policies: 200, seed: 2 }),
});

const PAGE = '<!doctype html><watertight-viewer src="/large.json"></watertight-viewer>';

const FILES = {
  "/classic.html": `${PAGE}<script src="/watertight-viewer.js"></script>`,
  "/module-tag.html": `${PAGE}<script type="module" src="/watertight-viewer.js"></script>`,
  "/parts.html": `${PAGE}<script type="module" src="/module/watertight-viewer.js"></script>`,
  "/stranger.html": `${PAGE}<script>${readFileSync(SCRIPT, "utf8").replaceAll("</script", "\\x3c/script")}</script>`,
  "/empty.html": `<!doctype html><watertight-viewer></watertight-viewer><script src="/watertight-viewer.js"></script>`,
  "/large.json": LARGE,
};

describe("a large input", () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    ({ server, url } = await serve(FILES, "default-src 'self' 'unsafe-inline'; require-trusted-types-for 'script'"));
  });
  afterEach(() => page.close());
  afterAll(async () => {
    server.close();
    await browser.close();
  });

  test.each(["classic", "module-tag", "parts"])("is worked through in a worker: %s", async (name) => {
    const watched = await watch(browser, `${url}/${name}.html`);
    page = watched.page;
    await drawn(page);
    expect(page.workers()).toHaveLength(1);
    expect(watched.complaints).toEqual([]);
    await page.getByRole("combobox").fill("app-1");
    await page.getByRole("combobox").press("Enter");
    await page.getByRole("complementary", { name: "Inspector" }).getByText("Ingress").first().waitFor();
  });

  test("is worked through in the page where there is no script to make a worker of", async () => {
    const watched = await watch(browser, `${url}/stranger.html`);
    page = watched.page;
    await drawn(page);
    expect(page.workers()).toHaveLength(0);
    expect(watched.complaints).toEqual([]);
  });

  test("can be stopped, which ends the worker, and taken up again", async () => {
    ({ page } = await watch(browser, `${url}/empty.html`));
    await page.evaluate((text) => {
      const viewer = document.querySelector("watertight-viewer");
      if (viewer) viewer.sources = Array.from({ length: 12 }, (_, index) => ({ path: `${index}.json`, text }));
    }, LARGE);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped").waitFor();
    await expect.poll(() => page.workers().length).toBe(0);
    await page.getByRole("button", { name: "Read them again" }).click();
    await page.getByRole("button", { name: "Stop" }).waitFor();
  });

  test("says how far a long answer is, stops it without losing the input, and leaves no worker behind when its element goes", async () => {
    const watched = await watch(browser, `${url}/classic.html`);
    page = watched.page;
    await drawn(page);
    await page.getByRole("tab", { name: "Gaps" }).click();
    await page.getByRole("progressbar", { name: "looking for gaps" }).first().waitFor();
    await page.getByRole("button", { name: "Stop" }).first().click();
    await page.getByText("Stopped.").first().waitFor();
    await page.getByRole("combobox").fill("app-1");
    await page.getByRole("combobox").press("Enter");
    await page.getByRole("complementary", { name: "Inspector" }).getByText("Ingress").first().waitFor();
    await page.getByRole("button", { name: "Work it out" }).first().click();
    await page.getByRole("progressbar", { name: "looking for gaps" }).first().waitFor();
    expect(page.workers()).toHaveLength(1);
    expect(watched.complaints).toEqual([]);
    await page.evaluate(() => document.querySelector("watertight-viewer")?.remove());
    await expect.poll(() => page.workers().length).toBe(0);
  });
});
