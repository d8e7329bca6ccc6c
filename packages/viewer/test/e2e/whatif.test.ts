import type { Server } from "node:http";
import { createRequire } from "node:module";
import { compile, deltaAnswer, deltaReport, parse } from "@watertight/core";
import type { WatertightViewer } from "@watertight/viewer";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { drawn, serve, watch } from "./page.ts";

const workload = (namespace: string, name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 5432, name: postgres }] }] }
`;

const APPS = [workload("shop", "web"), workload("shop", "api"), workload("data", "db")].join("---\n");

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: data
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: shop
          podSelector:
            matchLabels:
              app: api
      ports:
        - port: 5432
`;
const WIDER = POLICY.replace("app: api", "app: web");

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Viewer</title><script src="/watertight-viewer.js" defer></script></head><body><main><h1>Shop</h1>${body}</main></body></html>`;
const viewer = (attributes: string) =>
  page(`<watertight-viewer src="apps.yaml policy.yaml" ${attributes}></watertight-viewer>`);

const files = {
  "/": viewer('view="policies"'),
  "/dark.html": viewer('view="policies" theme="dark"'),
  "/readonly.html": viewer('view="policies" readonly'),
  "/proposed.html": viewer('view="policies" proposed="wider.yaml"'),
  "/apps.yaml": APPS,
  "/policy.yaml": POLICY,
  "/wider.yaml": WIDER,
};

/** What core says of the policy file having another text. */
function expected(text: string | undefined) {
  const program = (policy: string | undefined) =>
    compile(
      parse([
        { path: "apps.yaml", text: APPS },
        ...(policy === undefined ? [] : [{ path: "policy.yaml", text: policy }]),
      ]).cluster,
    ).program;
  return deltaAnswer(deltaReport(program(POLICY), program(text)));
}

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

const part = (tab: Page, selector: string) => tab.locator(`watertight-viewer ${selector}`);

async function openEditor(tab: Page): Promise<void> {
  await part(tab, ".policies li").filter({ hasText: "db" }).getByRole("button", { name: "Edit db" }).click();
  await part(tab, ".cm-content").waitFor();
}

/** Replaces a word in the editor as a typist would: selects it, and types. */
async function replaceText(tab: Page, from: string, to: string): Promise<void> {
  await part(tab, ".cm-content").focus();
  await part(tab, ".cm-line").filter({ hasText: from }).click();
  await tab.keyboard.press("End");
  for (const _ of from) await tab.keyboard.press("Backspace");
  await tab.keyboard.type(to);
  await tab.keyboard.press("Escape");
}

const simulated = (tab: Page) => part(tab, ".simulated");

async function editsOf(tab: Page) {
  return tab.evaluate(() => document.querySelector<WatertightViewer>("watertight-viewer")?.proposed ?? []);
}

describe("what if", () => {
  test("edits give the change that core gives", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    for (const edit of [{ path: "policy.yaml", text: WIDER }, { path: "policy.yaml" }]) {
      const change = await tab.evaluate(
        (one) => document.querySelector<WatertightViewer>("watertight-viewer")?.setWhatIf([one]),
        edit,
      );
      const { gaps: _, paths: __, exposure: ___, schema: ____, diagnostics: _____, ...same } = expected(edit.text);
      expect(change).toEqual(same);
    }
    await tab.close();
  });

  test("typing in the editor shows what is gained and lost, under a strict policy and without other requests", async () => {
    const { page: tab, complaints, requests } = await watch(browser, `${url}/`);
    await drawn(tab);
    await openEditor(tab);
    await replaceText(tab, "app: api", "app: web");
    await simulated(tab).getByText("1 connection gained, 1 lost").waitFor();
    expect(await part(tab, "[role=status]").last().innerText()).toBe("1 connection gained, 1 lost");
    await part(tab, ".desk-parts button").last().click();
    const changes = await part(tab, ".desk-body").innerText();
    expect(changes).toContain("shop/web → data/db");
    expect(changes).toContain("shop/api → data/db");
    expect(changes).toContain("data/db changed");
    expect(changes).toContain("policy.yaml:1:1");
    const told = await part(tab, ".desk-body")
      .getByText("No exposure, gap or path")
      .or(part(tab, ".desk-body h4").filter({ hasText: /Gaps|Paths/ }))
      .first()
      .innerText();
    expect(told).not.toBe("");
    expect(complaints).toEqual([]);
    expect(requests.map((one) => one.replace(url, "")).filter((path) => path !== "/favicon.ico")).toEqual([
      "/",
      "/watertight-viewer.js",
      "/apps.yaml",
      "/policy.yaml",
      "/watertight-viewer-editor.js",
    ]);
    await tab.close();
  });

  test("while a manifest is broken the last good one stays drawn, with the error beside it", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await openEditor(tab);
    await replaceText(tab, "app: api", "app: web");
    await simulated(tab).getByText("1 connection gained, 1 lost").waitFor();
    await replaceText(tab, "[Ingress]", "[Ingres");
    await part(tab, ".editor-problem").waitFor();
    expect(await part(tab, ".editor-problem").innerText()).toMatch(/policy\.yaml:\d+:\d+/);
    expect(await part(tab, ".cm-lint-marker-error").count()).toBeGreaterThan(0);
    expect(await simulated(tab).innerText()).toContain("1 connection gained, 1 lost");
    await tab.keyboard.type("s]");
    await part(tab, ".editor-problem").waitFor({ state: "detached" });
    await tab.close();
  });

  test("the editor completes labels that exist", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await openEditor(tab);
    await part(tab, ".cm-line").filter({ hasText: "app: api" }).click();
    await tab.keyboard.press("End");
    for (const _ of "api") await tab.keyboard.press("Backspace");
    await tab.keyboard.press("Control+Space");
    await part(tab, ".cm-tooltip-autocomplete li").first().waitFor();
    expect(await part(tab, ".cm-tooltip-autocomplete li").allInnerTexts()).toEqual(["api", "db", "web"]);
    await tab.close();
  });

  test("a policy is pretended absent, brought back by undo, and gone again by redo", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await part(tab, "[role=switch]").first().click();
    await part(tab, ".policies .gone").waitFor();
    expect(await editsOf(tab)).toEqual([{ path: "policy.yaml" }]);
    await part(tab, ".canvas").focus();
    await tab.keyboard.press("Control+z");
    expect(await editsOf(tab)).toEqual([]);
    await tab.keyboard.press("Control+Shift+Z");
    expect(await editsOf(tab)).toEqual([{ path: "policy.yaml" }]);
    await simulated(tab).getByText("gained").waitFor();
    await simulated(tab).getByRole("button", { name: "Discard edits" }).click();
    expect(await editsOf(tab)).toEqual([]);
    await tab.close();
  });

  test("selecting a policy explains it rule by rule", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await part(tab, ".policies .what").first().click();
    const text = await part(tab, "aside").innerText();
    expect(text).toContain("Ingress rule 1");
    expect(text).toContain("shop/api");
    expect(text).toContain("TCP 5432");
    expect(text).toContain("app: api");
    await tab.close();
  });

  test("a link carries the edits, and a broken one is told of", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const link = await tab.evaluate(
      async (edit) => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        await viewer?.setWhatIf([edit]);
        return viewer?.toLink() ?? "";
      },
      { path: "policy.yaml", text: WIDER },
    );
    await tab.close();
    const { page: other } = await watch(browser, link);
    await simulated(other).getByText("1 connection gained, 1 lost").waitFor();
    expect(await editsOf(other)).toEqual([{ path: "policy.yaml", text: WIDER }]);
    await other.close();
    const { page: broken } = await watch(browser, link.replace(/y=.*/, "y=eJwBAAAA"));
    await drawn(broken);
    expect(await editsOf(broken)).toEqual([]);
    expect(await part(broken, "[role=status]").last().innerText()).toContain("cannot be read");
    await broken.close();
  });

  test("edits that take every workload away can still be discarded", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.evaluate(() => {
      const viewer = document.querySelector("watertight-viewer");
      if (viewer) viewer.proposed = viewer.sources.map(({ path }) => ({ path }));
    });
    await simulated(tab).getByText("lost").waitFor();
    await simulated(tab).getByRole("button", { name: "Discard edits" }).click();
    expect(await editsOf(tab)).toEqual([]);
    await tab.close();
  });

  test("a workload that the edits take away can be looked at: where it was, what is lost with it, what held for it", async () => {
    const { page: tab, complaints } = await watch(browser, `${url}/`);
    await drawn(tab);
    await tab.evaluate(
      ([path, text]) => {
        const viewer = document.querySelector<WatertightViewer>("watertight-viewer");
        if (!viewer) return;
        viewer.proposed = [{ path: path as string, text: text as string }];
        viewer.state = { ...viewer.state, selection: { kind: "endpoint", id: "data/Deployment/db" } };
      },
      ["apps.yaml", [workload("shop", "web"), workload("shop", "api")].join("---\n")],
    );
    const inspector = part(tab, ".inspector");
    await inspector.getByText("REMOVED", { exact: true }).waitFor();
    await inspector.getByText("ISOLATED").waitFor();
    const text = await inspector.innerText();
    expect(text).toContain("apps.yaml no longer declares it; it stood at apps.yaml:19:1");
    expect(text).toContain("data/db");
    expect(text).toMatch(/shop\/api → data\/db\s+TCP 5432/);
    await inspector.getByRole("button", { name: "lost: shop/api → data/db" }).click();
    await inspector.getByText("This is how it was before the edits.").waitFor();
    await inspector
      .getByText(/^policy.yaml:\d+:\d+/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("proposed manifests are laid over the others", async () => {
    const { page: tab } = await watch(browser, `${url}/proposed.html`);
    await simulated(tab).getByText("1 connection gained, 1 lost").waitFor();
    expect(await part(tab, ".notice").count()).toBe(0);
    await tab.close();
  });

  test("by keyboard alone an edit is made and its result read; Tab leaves the editor after Escape", async () => {
    const { page: tab } = await watch(browser, `${url}/`);
    await drawn(tab);
    const press = async (key: string, until: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await tab.keyboard.press(key);
        const label = await tab.evaluate(() => {
          const active = document.querySelector("watertight-viewer")?.shadowRoot?.activeElement;
          return active?.getAttribute("aria-label") ?? active?.textContent?.trim() ?? "";
        });
        if (label.startsWith(until)) return;
      }
      throw new Error(`${key} never leads to ${until}`);
    };
    await press("Tab", "Edit db");
    await tab.keyboard.press("Enter");
    await part(tab, ".cm-content").waitFor();
    await press("Tab", "Text of policy.yaml");
    await tab.keyboard.press("Control+End");
    await tab.keyboard.type("        - port: 80");
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Tab");
    const inEditor = () =>
      tab.evaluate(
        () => document.querySelector("watertight-viewer")?.shadowRoot?.activeElement?.matches(".cm-content") ?? false,
      );
    expect(await inEditor()).toBe(false);
    await simulated(tab).getByText("1 connection gained").waitFor();
    await press("Shift+Tab", "Changes");
    await tab.keyboard.press("Enter");
    await part(tab, ".desk-body .rows").first().waitFor();
    expect(await part(tab, ".desk-body").innerText()).toContain("shop/api → data/db");
    await tab.close();
  });

  test("readonly shows the text and takes no edit", async () => {
    const { page: tab } = await watch(browser, `${url}/readonly.html`);
    await drawn(tab);
    expect(await part(tab, "[role=switch]").count()).toBe(0);
    await part(tab, ".policies li").getByRole("button", { name: "View db" }).click();
    await part(tab, ".cm-content").focus();
    await tab.keyboard.type("x");
    await tab.waitForTimeout(300);
    expect(await editsOf(tab)).toEqual([]);
    await tab.close();
  });

  test.each(["/", "/dark.html"])(
    "axe finds nothing on %s: list, policy, editor with an error, changes",
    async (path) => {
      const { page: tab } = await watch(browser, url + path, { bypassCSP: true });
      await drawn(tab);
      expect(await violations(tab)).toEqual([]);
      await part(tab, ".policies .what").first().click();
      expect(await violations(tab)).toEqual([]);
      await openEditor(tab);
      await replaceText(tab, "app: api", "app: web");
      await simulated(tab).getByText("gained").waitFor();
      await replaceText(tab, "[Ingress]", "[Ingres");
      await part(tab, ".editor-problem").waitFor();
      expect(await violations(tab)).toEqual([]);
      await part(tab, ".desk-parts button").last().click();
      await tab.waitForTimeout(200);
      expect(await violations(tab)).toEqual([]);
      await tab.close();
    },
  );
});

/** What axe finds on a page. */
async function violations(tab: Page): Promise<readonly string[]> {
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
