import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, filesOf, STRICT, serve, watch } from "./page.ts";

const folder = fileURLToPath(new URL("../../../../examples/embed/", import.meta.url));

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  execFileSync(process.execPath, [`${folder}build.mjs`]);
  browser = await openBrowser();
  ({ server, url } = await serve(filesOf(`${folder}dist`), `${STRICT} vue`));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const elementsDrawn = (tab: Page, at: number) =>
  tab.waitForFunction((index) => {
    const viewer = document.querySelectorAll("watertight-viewer")[index];
    return (viewer?.shadowRoot?.querySelectorAll("[role=gridcell]").length ?? 0) > 0;
  }, at);

describe("examples/embed", () => {
  test("plain HTML: two viewers on one page, each with its own manifests and state", async () => {
    const { page: tab, complaints, requests } = await watch(browser, `${url}/plain/`);
    await drawn(tab);
    await elementsDrawn(tab, 1);
    const viewers = tab.locator("watertight-viewer");
    expect(await viewers.nth(0).locator("aside h2").innerText()).toBe("db");
    expect(await viewers.nth(1).locator("aside").count()).toBe(0);
    expect(await viewers.nth(1).locator("[role=rowheader]").allInnerTexts()).toContainEqual(
      expect.stringContaining("lonely"),
    );
    await viewers.nth(1).locator("[role=gridcell]").first().click();
    expect(await viewers.nth(0).locator("aside h2").innerText()).toBe("db");
    expect(await viewers.nth(0).locator("img").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
    await tab.close();
  });

  test("plain HTML without scripts shows the picture, which was drawn by the command line", async () => {
    const { page: tab } = await watch(browser, `${url}/plain/`, { javaScriptEnabled: false });
    const picture = tab.locator("watertight-viewer img");
    expect(await picture.isVisible()).toBe(true);
    const { width = 0, height = 0 } = (await picture.boundingBox()) ?? {};
    expect(Math.min(width, height)).toBeGreaterThan(100);
    await tab.close();
  });

  test("a Markdown block is a viewer, with what follows the language as attributes", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/markdown/`);
    await drawn(tab);
    await elementsDrawn(tab, 1);
    expect(await tab.locator("watertight-viewer").nth(0).locator("aside h2").innerText()).toBe("db");
    expect(await tab.locator("pre > code.language-yaml").innerText()).toBe("kind: Pod\n");
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("MkDocs: HTML in Markdown, on a page in a folder of its own", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/mkdocs/guide/database/`);
    await drawn(tab);
    await elementsDrawn(tab, 1);
    expect(await tab.locator("watertight-viewer").nth(0).locator("aside h2").innerText()).toBe("db");
    expect(await tab.locator("#inside [role=rowheader]").allInnerTexts()).toContainEqual(
      expect.stringContaining("lonely"),
    );
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("Docusaurus: markup from the build, which React takes over without a word", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/docusaurus/`);
    await drawn(tab);
    expect(await tab.locator("watertight-viewer aside h2").innerText()).toBe("db");
    expect(await tab.locator("watertight-viewer").evaluate(({ clientHeight }) => clientHeight)).toBeGreaterThan(400);
    expect(await tab.locator("watertight-viewer").count()).toBe(1);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test.each(["react", "vue"])("%s: manifests are a property, events reach the component", async (name) => {
    const { page: tab, complaints } = await watch(browser, `${url}/${name}/`);
    await drawn(tab);
    const told = tab.locator("#told");
    await told.filter({ hasText: "pairs; nothing is selected" }).waitFor();
    await tab.evaluate(() => {
      const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
      if (viewer) viewer.state = { selection: { kind: "endpoint", id: "shop/StatefulSet/db" } };
    });
    await told.filter({ hasText: "shop/StatefulSet/db is selected" }).waitFor();
    expect(complaints).toEqual([]);
    await tab.close();
  });
});

test("the manifest for editors names what the element has, and the package ships it", async () => {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
  const { customElements, files } = read("package.json");
  expect(files).toContain(customElements);
  const [{ attributes, members }] = read(customElements).modules[0].declarations;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();
  const { page: tab } = await watch(browser, `${url}/plain/`);
  await drawn(tab);
  const has = await tab.evaluate((wanted) => {
    type Defined = CustomElementConstructor & { readonly observedAttributes: readonly string[] };
    const defined = customElements.get("watertight-viewer") as Defined;
    return {
      attributes: defined.observedAttributes,
      missing: wanted.filter((name) => !(name in defined.prototype)),
    };
  }, names(members));
  expect(names(attributes)).toEqual([...has.attributes].sort());
  expect(has.missing).toEqual([]);
  await tab.close();
});

describe("an element that is taken away", () => {
  test("leaves nothing behind: twenty of them, drawn and removed", async () => {
    const { page: tab } = await watch(browser, `${url}/plain/`);
    await drawn(tab);
    const heap = await tab.context().newCDPSession(tab);
    const round = () =>
      tab.evaluate(async () => {
        const text = (document.querySelector("#second script")?.textContent ?? "").replace(/^ {8}/gm, "");
        const viewer = document.createElement("watertight-viewer") as WatertightViewer;
        const ready = new Promise((resolve) => viewer.addEventListener("watertight-ready", resolve, { once: true }));
        document.body.append(viewer);
        viewer.sources = [{ path: "pod.yaml", text }];
        await ready;
        await new Promise((resolve) => setTimeout(resolve, 50));
        viewer.remove();
      });
    const used = async () => {
      await heap.send("HeapProfiler.collectGarbage");
      const { usedSize } = await heap.send("Runtime.getHeapUsage");
      const { nodes } = await heap.send("Memory.getDOMCounters");
      return { usedSize, nodes, canvases: await looseCanvases(tab) };
    };
    await round();
    const before = await used();
    for (let i = 0; i < 20; i++) await round();
    const after = await used();
    expect(after.usedSize - before.usedSize).toBeLessThan(5_000_000);
    // One viewer has some hundred nodes: twenty kept ones would show.
    expect(after.nodes - before.nodes).toBeLessThan(500);
    expect(after.canvases).toBeLessThanOrEqual(before.canvases);
    await tab.close();
  });
});

/** Canvases outside the page that something holds on to: a viewer that is shown has some for drawing ahead. */
async function looseCanvases(tab: Page): Promise<number> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("HeapProfiler.collectGarbage");
  const { result } = await session.send("Runtime.evaluate", { expression: "HTMLCanvasElement.prototype" });
  const { objects } = await session.send("Runtime.queryObjects", { prototypeObjectId: result.objectId ?? "" });
  const { result: count } = await session.send("Runtime.callFunctionOn", {
    functionDeclaration: "function () { return this.filter((one) => !one.isConnected).length; }",
    ...(objects.objectId && { objectId: objects.objectId }),
    returnByValue: true,
  });
  return count.value as number;
}
