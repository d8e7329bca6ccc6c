import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { db, folder, web } from "../runs.ts";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

describe("the page that `view` writes", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test("runs from disk under its own policy, asks for nothing, and lets no manifest run", async () => {
    const hostile = `${web}# </script><script>window.broken = 1</script><!--<script>\n`;
    const path = folder({ "web.yaml": hostile, "db.yaml": db });
    const output = join(path, "page.html");
    const { status, stderr } = spawnSync(process.execPath, [program, "view", path, "--output", output], {
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);

    const page = await browser.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(output).href);
    await page.waitForFunction(() => document.querySelector("watertight-viewer")?.shadowRoot?.querySelector("canvas"));

    expect(await page.title()).toContain("Watertight");
    expect(await page.evaluate(() => "broken" in window)).toBe(false);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([
      pathToFileURL(output).href,
    ]);
  });
});
