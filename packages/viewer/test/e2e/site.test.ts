import { execFileSync } from "node:child_process";
import type { Server } from "node:http";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { filesOf, serve, violations, watch } from "./page.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

let browser: Browser;
let server: Server;
let url: string;
let files: Readonly<Record<string, Uint8Array>>;
/** The HTML of every page, by its path. */
let pages: ReadonlyMap<string, string>;

beforeAll(async () => {
  execFileSync(process.execPath, [`${root}scripts/docs.mjs`]);
  files = filesOf(`${root}site`);
  const html = Object.entries(files).filter(
    ([path]) => path.endsWith(".html") && !path.startsWith("/examples/embed/plain"),
  );
  pages = new Map(html.map(([path, content]) => [path, new TextDecoder().decode(content)]));
  browser = await openBrowser();
  ({ server, url } = await serve(files));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("the documentation's site", () => {
  test("every link leads somewhere: to a page, a file, a heading", () => {
    const broken = [...pages].flatMap(([path, html]) =>
      [...html.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)]
        .map(([, link = ""]) => link.replaceAll("&amp;", "&"))
        .filter((link) => !/^[a-z]+:/.test(link) && !leads(path, link))
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test("has the guide, a page for every finding, and every export of the packages", () => {
    expect([...pages.keys()].filter((path) => /^\/guide\/\d/.test(path))).toHaveLength(6);
    expect([...pages.keys()].filter((path) => /^\/findings\/NPG\d+/.test(path)).length).toBeGreaterThan(50);
    expect(pages.get("/api/core.html")).toContain('<h2 id="decide">decide</h2>');
    expect(pages.get("/api/svg.html")).toContain('<h2 id="svgofsources">svgOfSources</h2>');
  });

  test("every viewer on it becomes ready under a strict policy, without complaints and without other requests", async () => {
    const shown = [...pages].filter(([, html]) => html.includes("<watertight-viewer")).map(([path]) => path);
    expect(shown.length).toBeGreaterThanOrEqual(6);
    for (const path of shown) {
      const { page: tab, complaints, requests } = await watch(browser, url + path);
      await tab.waitForFunction(() =>
        [...document.querySelectorAll("watertight-viewer")].every((viewer) =>
          viewer.shadowRoot?.querySelector(".status strong, [role=gridcell]"),
        ),
      );
      expect({ path, complaints }).toEqual({ path, complaints: [] });
      expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
      await tab.close();
    }
  });

  test("a search finds pages and headings by keyboard alone, from any page, without other requests", async () => {
    const { page: tab, complaints, requests } = await watch(browser, `${url}/findings/NPG103.html`);
    await tab.keyboard.press("/");
    await tab.keyboard.type("needed flows");
    const links = tab.locator("form.find a");
    await links.first().waitFor();
    expect(await links.first().innerText()).toMatch(/^Needed flows/);
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/\/(?!findings)[^#]*#needed-flows$/);
    await tab.locator("#find").fill("npg207");
    await tab.locator("#find").press("Enter");
    await tab.waitForURL(/findings\/NPG207.html/);
    await tab.locator("#find").fill("no page is about zebras");
    await tab.getByText("Nothing found").waitFor();
    await tab.locator("#find").press("Escape");
    expect(await tab.locator("#find").inputValue()).toBe("");
    expect(complaints).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(url))).toEqual([]);
    await tab.close();
  });

  test("every entry of the search leads somewhere", () => {
    const text = new TextDecoder().decode(files["/search-index.js"]);
    const entries: readonly (readonly [string, string, string])[] = JSON.parse(
      text.replace(/^export default |;\n$/g, ""),
    );
    expect(entries.length).toBeGreaterThan(pages.size);
    expect(entries.filter(([, , link]) => !leads("/index.html", link))).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "axe finds nothing on a page of the guide (%s), and it fits a phone",
    async (colorScheme) => {
      const { page: tab } = await watch(browser, `${url}/guide/4-default-deny.html`, {
        bypassCSP: true,
        colorScheme,
        viewport: { width: 360, height: 700 },
      });
      await tab.waitForTimeout(700);
      expect(await violations(tab)).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      await tab.close();
    },
  );
});

/** Whether a link of a page names something that is there. */
function leads(page: string, link: string): boolean {
  const [path = "", fragment] = link.split("#");
  const target = path === "" ? page : posix.join(posix.dirname(page), path);
  if (!files[target]) return false;
  return fragment === undefined || (pages.get(target) ?? "").includes(` id="${decodeURIComponent(fragment)}"`);
}
