import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { db, echo, folder, type Result, watertight, web } from "./runs.ts";

/** The workloads of a listing. */
function workloads({ out }: Result): readonly string[] {
  const { endpoints } = JSON.parse(out) as { endpoints: { id: string; type: string }[] };
  return endpoints.filter(({ type }) => type !== "address").map(({ id }) => id);
}

function list(...args: readonly string[]): Promise<Result> {
  return watertight(["list", ...args, "-o", "json"]);
}

/** `file:line:column severity code`, of every line that reports something. */
function reported({ lines }: Result): readonly string[] {
  return lines.flatMap((line) => /^(.+?:\d+:\d+ (?:error|warning|info) [a-z-]+) \S/.exec(line)?.[1] ?? []);
}

describe("a path", () => {
  test("may be a file of any name", async () => {
    expect(workloads(await list(join(folder({ manifests: web }), "manifests")))).toEqual(["shop/Deployment/web"]);
  });

  test("may be a folder, searched to the bottom but for packages and hidden folders", async () => {
    const path = folder({
      "web.yaml": web,
      "deep/er/db.yml": db,
      "echo.json": JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "e", namespace: "x" },
        spec: { containers: [] },
      }),
      "node_modules/a/web.yaml": echo,
      ".git/web.yaml": echo,
      "notes.txt": echo,
    });
    expect(workloads(await list(path))).toEqual(["shop/Deployment/web", "shop/StatefulSet/db", "x/Pod/e"]);
  });

  test("may be standard input, and stand beside others", async () => {
    const result = await watertight(["list", "-", folder({ "db.yaml": db }), "-o", "json"], { stdin: web });
    expect(workloads(result)).toEqual(["shop/Deployment/web", "shop/StatefulSet/db"]);
  });

  test("is read once, whatever links lead to it", async () => {
    const path = folder({ "a/web.yaml": web });
    symlinkSync(path, join(path, "a/loop"));
    symlinkSync(join(path, "a/web.yaml"), join(path, "again.yaml"));
    symlinkSync("nowhere.yaml", join(path, "broken.yaml"));
    const result = await list(path, join(path, "a"));
    expect([result.status, workloads(result)]).toEqual([0, ["shop/Deployment/web"]]);
    expect(reported(result)).toEqual([`${path}/broken.yaml:1:1 error source-unreadable`]);
  });

  test("is reported as it was given", async () => {
    const path = folder({ "bad.yaml": "kind: [" });
    const result = await list(`${path}/./bad.yaml`);
    expect(reported(result)[0]).toMatch(`${path}/./bad.yaml:1:`);
  });

  test("that does not exist ends the run, unless others can be read", async () => {
    const path = folder({ "web.yaml": web });
    const alone = await list(join(path, "nope.yaml"));
    expect([alone.status, alone.out]).toEqual([2, ""]);
    expect(reported(alone)).toEqual([`${path}/nope.yaml:1:1 error source-unreadable`]);
    const beside = await list(join(path, "nope.yaml"), join(path, "web.yaml"));
    expect([beside.status, workloads(beside)]).toEqual([0, ["shop/Deployment/web"]]);
    expect(reported(beside)).toEqual([`${path}/nope.yaml:1:1 error source-unreadable`]);
  });

  test("may hold UTF-16, as some shells write", async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(web, "utf16le")]);
    expect(workloads(await list(join(folder({ "web.yaml": bytes }), "web.yaml")))).toEqual(["shop/Deployment/web"]);
  });
});

describe("broken input", () => {
  const broken: readonly (readonly [what: string, text: string, expected: string])[] = [
    ["truncated YAML", 'kind: Pod\nmetadata: { name: "x\n', "error syntax"],
    ["tabs", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n", "4:1 error syntax"],
    [
      "a duplicate key",
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\nspec: {containers: []}\n",
      "5:3 error duplicate-key",
    ],
    ["an alias bomb", bomb(), "error alias-expansion"],
    ["a missing name", "apiVersion: v1\nkind: Pod\nmetadata: { namespace: x }\n", "3:1 error name-missing"],
    ["a template", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n", "error template-not-rendered"],
    ["something that is no object", "spec: { podSelector: {} }\n", "1:1 warning not-a-manifest"],
    [
      "a misspelt kind of policy",
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: { podSelector: 3 }\n",
      "error field-type",
    ],
  ];

  test.each(broken)("%s is reported with its place, and all else is read", async (_, text, expected) => {
    const path = folder({ "bad.yaml": `${text}`, "good.yaml": web });
    const result = await list(path);
    expect(result.status).toBe(0);
    expect(workloads(result)).toContain("shop/Deployment/web");
    const [first] = reported(result).filter((line) => line.startsWith(`${path}/bad.yaml:`) && line.endsWith(expected));
    expect(first, result.err).toBeDefined();
    const diagnostics = JSON.parse(result.out).diagnostics as {
      source: { path: string; line: number; column: number };
    }[];
    expect(diagnostics.map(({ source }) => `${source.path}:${source.line}:${source.column}`)).toContain(
      first?.split(" ")[0],
    );
  });

  test.each(broken)("%s alone does not stop the document after it", async (_, text) => {
    const result = await list(join(folder({ "bad.yaml": `${text}---\n${web}` }), "bad.yaml"));
    expect(result.status).toBe(0);
    expect(workloads(result)).toContain("shop/Deployment/web");
  });

  test.each([
    ["a binary", Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), "error source-not-text"],
    ["an empty file", "", undefined],
    ["a file of unknown kinds", "apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: x }\n", undefined],
  ])("%s alone ends with status 2 and says that there is nothing", async (_, content, expected) => {
    const result = await list(join(folder({ "bad.yaml": content }), "bad.yaml"));
    expect([result.status, result.out]).toEqual([2, ""]);
    expect(result.err).toMatch(/^error: no Kubernetes object/m);
    if (expected) expect(reported(result).some((line) => line.endsWith(expected))).toBe(true);
  });

  test("an empty folder ends with status 2 and says that it is", async () => {
    const path = folder({});
    const result = await list(path);
    expect(result.status).toBe(2);
    expect(reported(result)).toEqual([`${path}:1:1 error source-unreadable`]);
  });

  test("a chart says that it has to be rendered first", async () => {
    const result = await list(
      folder({
        "Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n",
        "values.yaml": "replicas: 1\n",
        "templates/web.yaml":
          "{{- if .Values.web }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n{{- end }}\n",
      }),
    );
    expect(result.status).toBe(2);
    expect(reported(result).some((line) => line.endsWith("templates/web.yaml:1:1 error template-not-rendered"))).toBe(
      true,
    );
    expect(result.err).toContain("helm template");
  });

  test("a file of 50 MB is read", { timeout: 60_000 }, async () => {
    const padding = `# ${"x".repeat(97)}\n`.repeat(520_000);
    const result = await list(join(folder({ "big.yaml": `${web}---\n${padding}` }), "big.yaml"));
    expect([result.status, workloads(result)]).toEqual([0, ["shop/Deployment/web"]]);
  });
});

describe("diagnostics", () => {
  test("have the form file:line:column severity code message, and their remedy below", async () => {
    const { lines } = await list(folder({ "a.yaml": `${web}---\nkind: Pod\nmetadata:\n\tname: x\n` }));
    expect(lines[0]).toMatch(/^\S+\/a\.yaml:\d+:\d+ error syntax \S.*$/);
    expect(lines[1]).toMatch(/^ {2}fix: /);
  });

  test("that are only notes are counted, and shown on request", async () => {
    const path = folder({ "a.yaml": web });
    const counted = await list(path);
    expect(counted.err).toBe("1 note not shown; --verbose shows them\n");
    const shown = await list(path, "--verbose");
    expect(reported(shown)).toEqual([expect.stringMatching(/a\.yaml:\d+:\d+ info namespace-undeclared$/)]);
    expect(shown.out).toBe(counted.out);
  });

  test("that repeat are counted after the tenth, and shown on request", async () => {
    const policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: p, namespace: shop }\n";
    const path = folder({ "a.yaml": [web, ...Array(12).fill(policy)].join("---\n") });
    const counted = await list(path);
    expect(reported(counted)).toHaveLength(10);
    expect(counted.err).toMatch(
      /\n2 further `dialect-unsupported` warnings, 1 note not shown; --verbose shows them\n$/,
    );
    expect(reported(await list(path, "--verbose"))).toHaveLength(13);
  });

  test("that are notes are shown where there is nothing else", async () => {
    const { status, err } = await list(folder({ "a.yaml": "name: ci\non: push\n" }));
    expect([status, err]).toEqual([
      2,
      expect.stringMatching(/a\.yaml:1:1 info not-a-manifest .*\nerror: no Kubernetes object/),
    ]);
  });

  test("cannot send escapes to the terminal", async () => {
    const result = await list(
      folder({ "a.yaml": `${web}---\n{ kind: "P\\e[31md", apiVersion: v1, metadata: { name: x } }\n` }),
      "--verbose",
    );
    expect(result.err).not.toContain("\u001b");
    expect(result.status).toBe(0);
  });
});

/** Nine levels of nine: a few hundred bytes that stand for a billion values. */
function bomb(): string {
  const levels = "abcdefghi".split("");
  const lines = levels.map(
    (name, i) =>
      `  ${name}: &${name} [${Array(9)
        .fill(i === 0 ? "x" : `*${levels[i - 1]}`)
        .join()}]`,
  );
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: bomb }\nspec:\n${lines.join("\n")}\n`;
}
