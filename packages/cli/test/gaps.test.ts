import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "./runs.ts";
import { violations } from "./schema.ts";

const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo };

const POD = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: main, image: nginx }] }
`;

describe("gaps", () => {
  test("lists findings, the gravest first, and succeeds unless asked to fail", async () => {
    const { status, out } = await watertight(["gaps", folder(files)]);
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+ findings: /);
    expect(out).toMatch(/NPG104 namespace-no-policy {2}.*echo\.yaml:\d+:1/);
  });

  test.each([
    ["medium", 1],
    ["critical", 0],
  ])("--fail-on %s exits with %d", async (severity, status) => {
    expect((await watertight(["gaps", folder(files), "--fail-on", severity])).status).toBe(status);
  });

  test("--severity leaves out what is less grave and counts it", async () => {
    const { out } = await watertight(["gaps", folder(files), "--severity", "critical"]);
    expect(out).toMatch(/^Nothing found\.\n\nNot shown: \d+ less grave/);
  });

  test("--only keeps those of one rule, or one by its key, also where it stands under another", async () => {
    const ids = async (only: string) => {
      const { out } = await watertight(["gaps", folder(files), "--only", only, "-o", "json"]);
      return JSON.parse(out).findings.map(({ key }: { key: string }) => key.split(" ")[0]);
    };
    expect(new Set(await ids("NPG104"))).toEqual(new Set(["NPG104"]));
    expect(await ids("NPG104 nowhere")).toEqual([]);
    expect(await ids("NPG101")).toContain("NPG104");
    for (const unknown of ["104", "NPG999"]) {
      const { status, err } = await watertight(["gaps", folder(files), "--only", unknown]);
      expect([status, err]).toEqual([2, expect.stringContaining("no rule has this id")]);
    }
  });

  test("says what is wrong in all of a pod's spec; list and query look only at what verdicts rest on", async () => {
    const path = folder({ "pod.yaml": POD.replace("image: nginx", "image: [nginx]") });
    expect((await watertight(["gaps", path])).err).toContain("spec.containers[0].image");
    expect((await watertight(["list", path])).err).toBe("");
    expect((await watertight(["query", path, "--from", "default/web", "--to", "default/web"])).err).toBe("");
  });

  test("answers in JSON by the schema", async () => {
    const { out } = await watertight(["gaps", folder(files), "-o", "json"]);
    const answer = JSON.parse(out);
    expect(violations("findings-v1", answer)).toEqual([]);
    expect(answer.schema).toBe("watertight/findings/v1");
  });

  test("--summary says how the cluster stands, in text, Markdown and JSON, and in nothing else", async () => {
    const path = folder(files);
    const { status, out } = await watertight(["gaps", path, "--summary"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^Posture\n {2}\d+ workloads in 2 namespaces/);
    expect(out).toContain("What manifests cannot decide");
    expect((await watertight(["gaps", path, "--summary", "-o", "md"])).out).toMatch(/^## Posture\n/);
    const { posture } = JSON.parse((await watertight(["gaps", path, "-o", "json"])).out);
    expect(posture.audit).toHaveLength(38);
    const refused = await watertight(["gaps", path, "--summary", "-o", "csv"]);
    expect([refused.status, refused.err]).toEqual([2, expect.stringContaining("--summary has no form for csv")]);
  });

  test.each([
    ["md", /^## Findings\n/],
    ["csv", /^id,name,/],
    ["sarif", /"version": "2\.1\.0"/],
    ["junit", /^<\?xml version="1\.0"/],
  ])("answers as %s", async (format, form) => {
    expect((await watertight(["gaps", folder(files), "-o", format])).out).toMatch(form);
  });

  test("--category names the run in SARIF", async () => {
    const { out } = await watertight(["gaps", folder(files), "-o", "sarif", "--category", "prod"]);
    expect(JSON.parse(out).runs[0].automationDetails.id).toBe("watertight/prod");
  });

  test("tells nothing twice: what a finding says is not on stderr too", async () => {
    const text = web.replace("podSelector: {", "podSelector: {");
    const dead =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web-only, namespace: shop }\nspec: { podSelector: }\n";
    const { out, err } = await watertight(["gaps", folder({ "web.yaml": text, "db.yaml": db, "p.yaml": dead })]);
    expect(out).toContain("NPG405");
    expect(err).not.toContain("field-null");
  });
});

describe("a baseline", () => {
  test("is written once, accepts what it holds, and fails on what is new", async () => {
    const path = folder({});
    const baseline = join(path, "gaps.json");
    const input = folder(files);
    const written = await watertight(["gaps", input, "--baseline", baseline, "--write-baseline"]);
    expect([written.status, written.out]).toEqual([0, ""]);
    expect(JSON.parse(readFileSync(baseline, "utf8")).findings).toContain("NPG104 open");
    const again = await watertight(["gaps", input, "--baseline", baseline]);
    expect(again.status).toBe(0);
    expect(again.out).toMatch(/^Nothing found\.\n\nNot shown: .*accepted by the baseline/);
    const more = folder({ ...files, "new.yaml": echo.replaceAll("echo", "noise") });
    const failed = await watertight(["gaps", more, "--baseline", baseline]);
    expect(failed.status).toBe(1);
    expect(failed.out).toContain("NPG104");
  });

  test.each([
    [["--baseline", "nowhere.json"], /nowhere\.json cannot be read/],
    [["--write-baseline"], /--write-baseline needs --baseline/],
  ])("%j cannot be used", async (args, message) => {
    const { status, err } = await watertight(["gaps", folder(files), ...args]);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });

  test("that is something else is said to be", async () => {
    const other = join(folder({ "b.json": "[]" }), "b.json");
    const { status, err } = await watertight(["gaps", folder(files), "--baseline", other]);
    expect([status, /is no baseline/.test(err)]).toEqual([2, true]);
  });
});

describe("suppressions", () => {
  const config = (until: string) =>
    `gaps:\n  ignore:\n    - { rule: NPG104, namespace: open, reason: a playground, until: ${until} }\n`;
  const ask = (until: string) => {
    const path = join(folder({ "watertight.yaml": config(until) }), "watertight.yaml");
    return watertight(["gaps", folder(files), "--config", path], { today: "2026-06-01" });
  };

  test("of a file hold until their day, and are counted", async () => {
    const { out } = await ask("2026-06-01");
    expect(out).not.toContain("NPG104");
    expect(out).toMatch(/Not shown: .*1 suppressed/);
  });

  test("that have ended bring their findings back, with a note", async () => {
    const { out } = await ask("2026-05-31");
    expect(out).toContain("NPG104");
    expect(out).toContain("ended on 2026-05-31");
  });

  test("in a file that is not there are no suppressions but a mistake", async () => {
    const { status, err } = await watertight(["gaps", folder(files), "--config", "nowhere.yaml"]);
    expect([status, /--config: nowhere\.yaml cannot be read/.test(err)]).toEqual([2, true]);
    expect(existsSync("nowhere.yaml")).toBe(false);
  });

  test("without a reason are not followed, and said not to be", async () => {
    const noisy = echo.replace("metadata: {", 'metadata: { annotations: { watertight.dev/ignore-NPG104: "" },');
    const { out, err } = await watertight(["gaps", folder({ ...files, "echo.yaml": noisy })]);
    expect(out).toContain("NPG104");
    expect(err).toMatch(/gives no reason/);
  });
});
