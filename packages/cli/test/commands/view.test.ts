import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { db, folder, watertight, web } from "../runs.ts";

const hostile = `${web}# </script><script>alert(1)</script> <!-- <script> -->\n`;

async function written(script?: string, ...args: readonly string[]): Promise<string> {
  const path = folder({ "web.yaml": hostile, "db.yaml": db });
  const output = join(path, "page.html");
  const run = await watertight(["view", path, "--output", output, ...args], script === undefined ? {} : { script });
  expect(run.status, run.err).toBe(0);
  return readFileSync(output, "utf8");
}

describe("view", () => {
  test("writes one page with the input inside, and says where", async () => {
    const path = folder({ "web.yaml": web });
    const output = join(path, "page.html");
    const { out } = await watertight(["view", path, "--output", output]);
    expect(out).toContain(output);
    const html = readFileSync(output, "utf8");
    const inside = /<script type="application\/json" data-watertight="sources">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(JSON.parse(inside)).toEqual([{ path: `${path}/web.yaml`, text: web }]);
    expect(html).toContain("<noscript>");
    expect(html).toMatch(/<title>watertight-\w+ · Watertight<\/title>/);
  });

  test("lets nothing of a manifest become markup", async () => {
    const html = await written();
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain("<!--");
    expect(html).not.toContain("alert(1)</script>");
  });

  test("allows its own script by hash, and no other", async () => {
    const html = await written('const a = "</script><!--";\r\nlog(/<!--/);');
    const script = /<script data-worker="blob">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(script).toBe('const a = "\\x3c/script>\\x3c!--";\nlog(/\\x3c!--/);');
    expect(html).toContain(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    expect(html).toContain("default-src 'none'");
  });

  test("loads nothing from anywhere", async () => {
    expect(await written()).not.toMatch(/\b(src|href)=|https?:\/\//);
  });

  test("carries the assumptions along", async () => {
    expect(await written()).not.toContain('data-watertight="options"');
    const html = await written(undefined, "--assume", "ipBlockMatchesPods=false");
    expect(html).toContain('data-watertight="options">{"ipBlockMatchesPods":false}</script>');
  });

  test("writes to standard output for `-`, the same page as `list -o html`", async () => {
    const path = folder({ "web.yaml": web });
    const view = await watertight(["view", path, "--output", "-"]);
    const list = await watertight(["list", path, "-o", "html"]);
    expect(view.out).toMatch(/^<!doctype html>/);
    expect(view.out).toBe(list.out);
  });

  test("says so when the page cannot be written", async () => {
    const path = folder({ "web.yaml": web });
    const { status, err } = await watertight(["view", path, "--output", join(path, "no/such/page.html")]);
    expect(status).toBe(2);
    expect(err).toContain("--output");
  });
});
