import type { Server } from "node:http";
import {
  annotatedSuppressions,
  check,
  compile,
  FindingContext,
  type FindingsAnswer,
  findingsAnswer,
  parse,
  postureAnswer,
  postureOf,
  screen,
} from "@watertight/core";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, elementsOf, serve, shopText, violations, watch } from "./page.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const SHOP = shopText();

const page = (attributes: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title><script src="/watertight-viewer.js" defer></script></head><body><main><h1>Shop</h1><watertight-viewer src="shop.yaml" view="gaps" ${attributes}></watertight-viewer></main></body></html>`;

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  ({ server, url } = await serve({
    "/": page(""),
    "/dark.html": page('theme="dark"'),
    "/readonly.html": page("readonly"),
    "/shop.yaml": SHOP,
  }));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const pane = (tab: Page) => tab.locator("watertight-viewer .pane");
const rows = (tab: Page) => tab.locator("watertight-viewer ul.findings > li > button");
const inspector = (tab: Page) => tab.locator("watertight-viewer aside");

async function ready(path: string, options: Parameters<typeof watch>[2] = {}) {
  const watched = await watch(browser, url + path, options);
  await drawn(watched.page);
  await rows(watched.page).first().waitFor();
  return watched;
}

describe("the gaps view", () => {
  test("lists every finding of core's answer once, under its severity and rule", async () => {
    const { page: tab, complaints } = await ready("/");
    const { findings, summary } = answer();
    expect(findings.length).toBeGreaterThan(3);
    expect(await rows(tab).count()).toBe(findings.length);
    const headings = await pane(tab).locator("h3.severity").allInnerTexts();
    const wanted = Object.entries(summary.bySeverity).filter(([, number]) => number > 0);
    expect(headings.map((text) => text.replace(/\s+/g, " ").trim())).toEqual(
      wanted.map(([severity, number]) => `${severity.toUpperCase()} ${number} finding${number === 1 ? "" : "s"}`),
    );
    const ids = await pane(tab).locator("h4 .place").allInnerTexts();
    expect(new Set(ids)).toEqual(new Set(findings.map(({ id }) => id)));
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("cards have the number of findings about them", async () => {
    const { page: tab } = await ready("/");
    const about = answer().findings.filter(({ endpoints }) => endpoints.includes("payments/StatefulSet/ledger-db"));
    await expect.poll(() => tally(tab, "ledger-db")).toBe(`${about.length} gaps`);
    await tab.close();
  });

  test("by keyboard alone: narrow the list, open a finding, hear it, try its fix, and find it mended", async () => {
    const { page: tab, complaints } = await ready("/");
    await pane(tab).locator("input[type=search]").focus();
    await tab.keyboard.type("NPG207");
    const wanted = answer().findings.filter((one) => one.id === "NPG207");
    await expect.poll(() => rows(tab).count()).toBe(wanted.length);
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Enter");
    expect(await inspector(tab).locator("h2").innerText()).toBe("or-instead-of-and");
    expect(await tab.locator("watertight-viewer [role=status]").innerText()).toContain("or-instead-of-and");
    expect(await inspector(tab).locator(".excerpt .hit").count()).toBeGreaterThan(0);
    await inspector(tab)
      .getByRole("button", { name: /^Try this edit/ })
      .focus();
    await tab.keyboard.press("Enter");
    await inspector(tab).getByText("Mended").waitFor({ timeout: 20_000 });
    const edits = await tab.evaluate(() => document.querySelector<WatertightViewer>("watertight-viewer")?.state.edits);
    expect(edits?.map(({ path }) => path.split("/").at(-1))).toEqual(["shop.yaml"]);
    expect(edits?.[0]?.text).toContain("# ");
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("says how the cluster stands: every dimension with its parts, every row of the audit with its verdict", async () => {
    const { page: tab, complaints } = await ready("/");
    const { profile, audit } = posture();
    const dimensions = tab.locator("watertight-viewer .dimensions > li");
    const head = tab.locator("watertight-viewer .posture > summary");
    for (const { title } of profile.dimensions) await head.getByText(title).waitFor();
    await head.click();
    await dimensions.first().waitFor();
    const said = await dimensions.allInnerTexts();
    expect(said).toHaveLength(profile.dimensions.length);
    for (const [at, { title, value, parts, because }] of profile.dimensions.entries()) {
      expect(said[at]).toContain(title);
      for (const { name } of parts) expect(said[at]).toContain(name);
      if (value === null) expect(said[at]).toContain(because);
    }
    await tab.locator("watertight-viewer .audit > summary").click();
    const rows = await tab.locator("watertight-viewer .audit > ul > li").allInnerTexts();
    expect(rows).toHaveLength(audit.length);
    for (const { id, verdict } of audit) {
      const row = rows.find((text) => text.includes(id));
      expect(row?.startsWith(verdict.replace("-", " ").toUpperCase())).toBe(true);
    }
    await tab.locator("watertight-viewer .audit .evidence button").first().click();
    await tab.locator("watertight-viewer .cm-content").waitFor();
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("a filter and a selected finding are in the link", async () => {
    const { page: tab } = await ready("/");
    await pane(tab).locator("select[aria-label=Severity]").selectOption("high");
    await rows(tab).first().click();
    const [shown, title] = [await rows(tab).count(), await inspector(tab).locator("h2").innerText()];
    expect(shown).toBe(answer().summary.bySeverity.high + answer().summary.bySeverity.critical);
    const link = await tab.evaluate(
      () => document.querySelector<WatertightViewer>("watertight-viewer")?.toLink() ?? "",
    );
    await tab.close();
    const { page: other } = await watch(browser, link);
    await drawn(other);
    await rows(other).first().waitFor();
    expect(await rows(other).count()).toBe(shown);
    expect(await inspector(other).locator("h2").innerText()).toBe(title);
    await other.close();
  });

  test("in a readonly viewer a fix can be copied, and not tried", async () => {
    const { page: tab } = await ready("/readonly.html");
    await pane(tab).locator("input[type=search]").fill("NPG207");
    await rows(tab).first().click();
    expect(
      await inspector(tab)
        .getByRole("button", { name: /^Copy patch/ })
        .count(),
    ).toBe(1);
    expect(
      await inspector(tab)
        .getByRole("button", { name: /^Try this edit/ })
        .count(),
    ).toBe(0);
    await tab.close();
  });

  test("suppressed findings are said, and hostile reasons stay text", async () => {
    const { page: tab, complaints } = await ready("/");
    const suppressing = SHOP.replace(
      "kind: Namespace\nmetadata:\n  name: edge\n",
      `kind: Namespace\nmetadata:\n  name: edge\n  annotations: { "watertight.dev/ignore-NPG103": "${HOSTILE}" }\n`,
    );
    expect(suppressing).not.toBe(SHOP);
    await tab.evaluate((text) => {
      const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
      if (viewer) viewer.sources = [{ path: "shop.yaml", text }];
    }, suppressing);
    await pane(tab).getByText("suppressed finding").waitFor({ timeout: 20_000 });
    expect(await pane(tab).innerText()).toMatch(/\d+ suppressed finding/);
    expect(await pane(tab).evaluate((one) => one.querySelectorAll("img").length)).toBe(0);
    expect(await pane(tab).evaluate((one) => one.textContent)).toContain(HOSTILE);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test.each(["/", "/dark.html"])("axe finds nothing on %s, with and without a finding", async (path) => {
    const { page: tab } = await ready(path, { bypassCSP: true });
    expect(await violations(tab)).toEqual([]);
    await rows(tab).first().click();
    await tab.locator("watertight-viewer details.more > summary").evaluateAll((all) => {
      for (const summary of all) (summary as HTMLElement).click();
    });
    expect(await violations(tab)).toEqual([]);
    await tab.close();
  });

  test("on paper the whole list is there, and the graph is not cut", async () => {
    const { page: tab } = await ready("/");
    await tab.emulateMedia({ media: "print" });
    const sizes = await tab.evaluate(() => {
      const root = document.querySelector("watertight-viewer")?.shadowRoot;
      const box = (selector: string) => root?.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      const cut = [...(root?.querySelectorAll(".pane, .main, .shell") ?? [])].filter(
        (one) => getComputedStyle(one).overflowY !== "visible" && one.scrollHeight > one.clientHeight,
      );
      return { cut: cut.map(({ className }) => className), canvas: box(".cytoscape canvas"), stage: box(".stage") };
    });
    expect(sizes.cut).toEqual([]);
    expect(sizes.canvas.width).toBeLessThanOrEqual(sizes.stage.width);
    expect(sizes.canvas.height).toBeLessThanOrEqual(sizes.stage.height);
    await tab.close();
  });

  test("fits a narrow page", async () => {
    const { page: tab } = await ready("/", { viewport: { width: 320, height: 640 } });
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await pane(tab).evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    await tab.close();
  });
});

/** Core's own findings in the shop. */
function answer(): FindingsAnswer {
  const { program } = compile(parse([{ path: "shop.yaml", text: SHOP }]).cluster);
  const { findings, withoutTrial } = check(program);
  const { suppressions } = annotatedSuppressions(program.cluster);
  const screened = screen(findings, { severity: "info", suppressions, today: "2026-01-01" });
  return findingsAnswer({ screened, withoutTrial });
}

function posture() {
  const { program } = compile(parse([{ path: "shop.yaml", text: SHOP }]).cluster);
  return postureAnswer(postureOf(new FindingContext(program)));
}

/** What is marked on the card with a name. */
async function tally(tab: Page, name: string): Promise<string | undefined> {
  const card = (await elementsOf(tab, ".label")).find(({ label }) => label === name);
  return (await elementsOf(tab, ".mark")).find(({ of }) => of === card?.of)?.label;
}
