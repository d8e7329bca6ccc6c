import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openBrowser } from "../../../../test/chromium.ts";
import { apiServer, kubeconfig } from "../api-server.ts";
import { db, folder, web } from "../runs.ts";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The built program, running. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const written = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    written.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    written.err += chunk;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  return { child, written, ended };
}

/** Serves a folder with the built program until Ctrl+C. */
async function serving(path: string, visit: (url: string) => Promise<void>) {
  const { child, written, ended } = start("view", path, "--serve");
  await expect.poll(() => written.err, { timeout: 20_000 }).toMatch(/serving http\S+ until/);
  await visit(/http\S+/.exec(written.err)?.[0] ?? "");
  child.kill("SIGINT");
  return { status: await ended, ...written };
}

describe("the built program", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test("serves a page that follows the files and keeps what is selected, and ends with Ctrl+C", async () => {
    const path = folder({ "web.yaml": web });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));

    const { status } = await serving(path, async (url) => {
      const endpoints = () =>
        page.evaluate(() =>
          document
            .querySelector("watertight-viewer")
            ?.toJSON()
            ?.endpoints.map(({ id }) => id),
        );
      await page.goto(url);
      await expect.poll(endpoints, { timeout: 20_000 }).toContain("shop/Deployment/web");
      await page.evaluate(() => {
        const viewer = document.querySelector("watertight-viewer");
        if (viewer) viewer.state = { selection: { kind: "endpoint", id: "shop/Deployment/web" } };
      });
      writeFileSync(join(path, "db.yaml"), db);
      await expect.poll(endpoints, { timeout: 20_000 }).toContain("shop/StatefulSet/db");
      const selection = await page.evaluate(() => document.querySelector("watertight-viewer")?.state.selection);
      expect(selection).toEqual({ kind: "endpoint", id: "shop/Deployment/web" });
      expect(complaints).toEqual([]);
    });
    expect(status).toBe(0);
    await page.close();
  });

  test("reads a live cluster", async () => {
    const { url } = await apiServer({ "/api/v1/namespaces": [{ metadata: { name: "shop" } }] });
    const { written, ended } = start("list", "--kubeconfig", kubeconfig({ prod: url }), "-o", "json");
    expect([await ended, written.err]).toEqual([0, ""]);
    expect(JSON.parse(written.out).schema).toBe("watertight/connections/v1");
  });
});
