import type { Server } from "node:http";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, serve, shopText, watch } from "./page.ts";

const page = (attributes: string, before = "", inside = "") =>
  `<!doctype html><html lang="en"><head><title>attributes</title><script src="/watertight-viewer.js"></script></head>
    <body><h1>attributes</h1>${before}<watertight-viewer src="/shop.yaml" ${attributes}>${inside}</watertight-viewer></body></html>`;

let browser: Browser;
let server: Server;
let url: string;
let other: { readonly server: Server; readonly url: string };

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, url } = await serve({
    "/lazy.html": page("lazy", '<link rel="stylesheet" href="/tall.css"><p class="tall">far above</p>'),
    "/tall.css": ".tall{height:3000px}",
    "/plain.html": page(""),
    "/height.html": page('height="330"'),
    "/styled.html": page('height="330"', '<link rel="stylesheet" href="/own.css">'),
    "/own.css": "watertight-viewer{height:320px}",
    "/basic.html": page('controls="basic" focus="shop/storefront"'),
    "/none.html": page('controls="none" focus="shop/storefront"'),
    "/slots.html": page(
      "",
      "",
      '<button slot="actions">Edit on the wiki</button><p slot="legend-extra">as of Monday</p>',
    ),
    "/hash.html": page("hash-state"),
    "/open.html": page('open="shop"'),
    "/few.html": page('max-nodes="6" max-edges="3"'),
    "/shop.yaml": shopText(),
  }));
  other = await serve({ "/shop.yaml": shopText() });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  other?.server.close();
});

const parts = async (tab: Page) => {
  const names = ["toolbar", "graph", "legend", "status", "outline", "inspector"];
  const shown = await Promise.all(
    names.map(async (name) => ((await tab.locator(`[part=${name}]`).count()) > 0 ? [name] : [])),
  );
  return shown.flat();
};

describe("attributes of the element", () => {
  test("lazy: nothing is fetched before it is scrolled to", async () => {
    const { page: tab, requests, complaints } = await watch(browser, `${url}/lazy.html`);
    await tab.waitForTimeout(400);
    expect(requests).not.toContain(`${url}/shop.yaml`);
    await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await drawn(tab);
    expect(requests).toContain(`${url}/shop.yaml`);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("height is a number of pixels or a length, and a style sheet of the page comes first", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/height.html`);
    const height = () => tab.evaluate(() => document.querySelector("watertight-viewer")?.clientHeight);
    await drawn(tab);
    expect(await height()).toBe(330);
    const set = (value: string) =>
      tab.evaluate((next) => {
        document.querySelector("watertight-viewer")?.setAttribute("height", next);
        return new Promise((resolve) => setTimeout(resolve, 50));
      }, value);
    await set("25rem");
    expect(await height()).toBe(400);
    await set("tall; color: red");
    expect(await height()).toBe(560);
    expect(complaints).toEqual([]);
    await tab.close();
    const { page: styled } = await watch(browser, `${url}/styled.html`);
    await drawn(styled);
    expect(await styled.evaluate(() => document.querySelector("watertight-viewer")?.clientHeight)).toBe(320);
    await styled.close();
  });

  test("controls: the picture alone, with its legend, or with everything, which the full view has in any case", async () => {
    const { page: none } = await watch(browser, `${url}/none.html`);
    await drawn(none);
    expect(await parts(none)).toEqual(["graph"]);
    await none.close();
    const { page: tab, complaints } = await watch(browser, `${url}/basic.html`);
    await drawn(tab);
    expect(await parts(tab)).toEqual(["graph", "legend", "status", "inspector"]);
    await tab.getByRole("button", { name: "Full view" }).click();
    await tab.getByRole("toolbar").waitFor();
    await tab.waitForFunction(() => document.fullscreenElement?.matches("watertight-viewer"));
    expect(await parts(tab)).toContain("outline");
    await tab.getByRole("button", { name: "Leave the full view" }).click();
    await tab.waitForFunction(() => document.fullscreenElement === null);
    await tab.getByRole("button", { name: "Full view" }).waitFor();
    expect(await parts(tab)).toEqual(["graph", "legend", "status", "inspector"]);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("a page's own buttons and words have their places", async () => {
    const { page: tab } = await watch(browser, `${url}/slots.html`);
    await drawn(tab);
    expect(await tab.getByRole("button", { name: "Edit on the wiki" }).isVisible()).toBe(true);
    expect(await tab.getByText("as of Monday").isVisible()).toBe(false);
    await tab.locator("summary").filter({ hasText: "Legend" }).click();
    expect(await tab.getByText("as of Monday").isVisible()).toBe(true);
    await tab.close();
  });

  test("hash-state keeps what is looked at in the address, and without it the address stays as it was", async () => {
    const look = (tab: Page) =>
      tab.evaluate(() => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        if (viewer)
          viewer.state = { view: "matrix", selection: { kind: "endpoint", id: "shop/Deployment/storefront" } };
      });
    const { page: tab } = await watch(browser, `${url}/hash.html`);
    await drawn(tab);
    await look(tab);
    await tab.waitForFunction(() => location.hash.includes("view=matrix"));
    await tab.reload();
    await tab.locator("[role=gridcell]").first().waitFor();
    expect(await tab.locator("aside h2").innerText()).toBe("storefront");
    await tab.close();
    const { page: plain } = await watch(browser, `${url}/plain.html`);
    await drawn(plain);
    await look(plain);
    await plain.waitForTimeout(500);
    expect(plain.url()).toBe(`${url}/plain.html`);
    await plain.close();
  });

  test("other origins are refused, and with allow-cross-origin asked without credentials", async () => {
    const policy = "default-src 'self'; connect-src *";
    const html = (more: string) => `<!doctype html><title>other</title><script src="/watertight-viewer.js"></script>
      <watertight-viewer ${more} src="${other.url}/shop.yaml"></watertight-viewer>`;
    const own = await serve({ "/no.html": html(""), "/yes.html": html("allow-cross-origin") }, policy);
    const { page: tab, requests } = await watch(browser, `${own.url}/no.html`);
    await tab.getByText("is on another origin").waitFor();
    expect(requests).not.toContain(`${other.url}/shop.yaml`);
    await tab.context().addCookies([{ name: "secret", value: "1", url: other.url }]);
    const sent = tab.waitForRequest(`${other.url}/shop.yaml`);
    await tab.goto(`${own.url}/yes.html`);
    expect((await (await sent).allHeaders()).cookie).toBeUndefined();
    // That server allows nobody else to read what it gives.
    await tab.getByText("could not be fetched").waitFor();
    await tab.route(`${other.url}/shop.yaml`, (route) =>
      route.fulfill({ body: shopText(), headers: { "Access-Control-Allow-Origin": "*" } }),
    );
    await tab.reload();
    await drawn(tab);
    await tab.close();
    own.server.close();
  });

  test("open says which namespaces are apart, max-nodes and max-edges how much is drawn, and what is left out is said", async () => {
    const { page: tab } = await watch(browser, `${url}/open.html`);
    await drawn(tab);
    const count = (one: Page) =>
      one.evaluate(() => {
        const svg = document.querySelector<WatertightViewer>("watertight-viewer")?.toSVG() ?? "";
        return svg.split("marker-end=").length - 1;
      });
    expect(await tab.locator("[part=status]").innerText()).toMatch(/namespaces? closed/);
    const all = await count(tab);
    await tab.close();
    const { page: few } = await watch(browser, `${url}/few.html`);
    await drawn(few);
    expect(await count(few)).toBe(3);
    expect(all).toBeGreaterThan(3);
    expect(await few.locator("[part=status]").innerText()).toMatch(/lines? left out/);
    await few.close();
  });
});
