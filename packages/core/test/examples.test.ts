import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import {
  compile,
  connectionsAsked,
  type Diagnostic,
  decide,
  type Flow,
  type Program,
  parse,
  reach,
  readPort,
  type Source,
} from "../src/index.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** What `expected.yaml` holds: rows in the form `watertight test` takes, and every pair of endpoints at a glance. */
interface Expected {
  readonly expect: readonly Row[];
  readonly table: string;
}

interface Row {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly verdict: "allow" | "deny";
}

describe("examples/shop", () => {
  const sources = sourcesOf("shop");
  const { program, diagnostics } = analyse(sources);

  it("has no diagnostic but that expected.yaml is no manifest", () => {
    expect(codesOf(diagnostics)).toEqual(["not-a-manifest"]);
  });

  it("has twelve workloads in four namespaces", () => {
    expect(program.cluster.workloads).toHaveLength(12);
    expect(new Set(program.cluster.workloads.map(({ namespace }) => namespace)).size).toBe(4);
  });

  describeExpected(program, "shop/expected.yaml", () => ({}));

  it("allows something between 27 of the 132 ordered pairs of workloads", () => {
    expect(pairsAllowed(program, () => ({}))).toHaveLength(27);
  });

  it("opens the ledger to the whole shop, and only that, by the one dash its README takes away", () => {
    const written = [
      "              kubernetes.io/metadata.name: shop",
      "        - podSelector:",
      "            matchLabels:",
      "              app: reconcile",
    ];
    const meant = written.map((line) => line.replace("- pod", "  pod"));
    const payments = sources.find(({ path }) => path.endsWith("policies/payments.yaml")) as Source;
    expect(payments.text.split(written.join("\n"))).toHaveLength(2);
    const text = payments.text.replace(written.join("\n"), meant.join("\n"));

    const before = connectionsOf(program);
    const after = connectionsOf(
      analyse(sources.map((source) => (source === payments ? { ...source, text } : source))).program,
    );

    expect(after.filter((connection) => !before.includes(connection))).toEqual([]);
    expect(before.filter((connection) => !after.includes(connection))).toEqual(
      ["cart", "catalog", "checkout", "storefront"].map(
        (app) => `shop/Deployment/${app} payments/StatefulSet/ledger-db TCP 5432 policy policy`,
      ),
    );
  });

  it("shows the fix in its README as the diff to make", () => {
    const readme = readFileSync(join(EXAMPLES, "shop/README.md"), "utf8");
    expect(readme).toContain(
      "\n-        - podSelector:\n+          podSelector:\n             matchLabels:\n               app: reconcile\n",
    );
  });
});

describe("examples/zero-trust-guide", () => {
  const pods = sourcesOf("zero-trust-guide/published").filter(({ path }) => path.endsWith("pods.yaml"));
  const published = analyse(sourcesOf("zero-trust-guide/published"));
  const corrected = analyse([...pods, ...sourcesOf("zero-trust-guide/corrected")]);
  const asked = (to: string) => (to.startsWith("kube-system/") ? readPort("UDP/53") : readPort("TCP/8080")) ?? {};

  it("has no diagnostic but that expected.yaml is no manifest", () => {
    expect(codesOf(published.diagnostics)).toEqual(["not-a-manifest"]);
    expect(codesOf(corrected.diagnostics)).toEqual(["not-a-manifest"]);
  });

  it("allows all 56 ordered pairs without a policy", () => {
    expect(pairsAllowed(analyse(pods).program, asked)).toHaveLength(56);
  });

  describe("as published", () => {
    describeExpected(published.program, "zero-trust-guide/published/expected.yaml", asked);

    it("leaves 34 of the 56 ordered pairs open", () => {
      expect(pairsAllowed(published.program, asked)).toHaveLength(34);
    });

    it("leaves the backend open to everyone", () => {
      const open = pairsAllowed(published.program, asked).filter(({ to }) => to === "default/Pod/be");
      expect(open).toHaveLength(7);
    });
  });

  describe("corrected", () => {
    describeExpected(corrected.program, "zero-trust-guide/corrected/expected.yaml", asked);

    it("leaves 51 of the 56 ordered pairs open, and the backend to the two frontends only", () => {
      expect(pairsAllowed(corrected.program, asked)).toHaveLength(51);
      const open = pairsAllowed(corrected.program, asked).filter(({ to }) => to === "default/Pod/be");
      expect(open.map(({ from }) => from)).toEqual(["default/Pod/fe", "default/Pod/fe2"]);
    });
  });

  describe("with everything denied, and what is needed let through", () => {
    const denied = [...pods, ...sourcesOf("zero-trust-guide/corrected"), ...sourcesOf("zero-trust-guide/default-deny")];
    const needed = analyse([...denied, ...sourcesOf("zero-trust-guide/egress-and-dns")]);
    const inDefault = pairsAllowed(needed.program, asked).filter(({ from, to }) =>
      `${from} ${to}`.includes("default/"),
    );

    it("lets nine pairs through: users, application, database, DNS", () => {
      const short = (id: string) => id.split("/").at(-1);
      expect(inDefault.map(({ from, to }) => `${short(from)} ${short(to)}`).sort()).toEqual(
        ["ctl fe", "ctl fe2", "fe be", "fe2 be", "be db", "fe dns", "fe2 dns", "be dns", "db dns"].sort(),
      );
    });

    it("has the numbers of the guide's steps", () => {
      const guide = readFileSync(new URL("../../../docs/guide/README.md", import.meta.url), "utf8");
      const said = [...guide.matchAll(/^\d\. \[.*?: (\d+)/gm)].map(([, number]) => Number(number));
      const steps = [analyse(pods), published, corrected, analyse(denied), needed];
      expect(said).toEqual(steps.map(({ program }) => pairsAllowed(program, asked).length));
    });
  });

  describe("with its indentation lost", () => {
    const { program, diagnostics } = analyse([...pods, ...sourcesOf("zero-trust-guide/indentation-lost")]);
    const [error, ...others] = diagnostics.filter(({ severity }) => severity === "error");

    it("is one error that names the file and the line", () => {
      expect(others).toEqual([]);
      expect(error?.code).toBe("indentation-lost");
      expect(error?.span?.path).toBe("zero-trust-guide/indentation-lost/policy.yaml");
      expect(error?.span?.line).toBe(5);
    });

    it("leaves the policy out, and everything else in", () => {
      expect(program.cluster.networkPolicies).toEqual([]);
      expect(pairsAllowed(program, asked)).toHaveLength(56);
    });
  });
});

/** Every row of an expectations file, then its table cell by cell; `asked` says which flow a cell stands for. */
function describeExpected(program: Program, file: string, asked: (to: string) => Partial<Flow>): void {
  const { expect: rows, table } = parseYaml(readFileSync(join(EXAMPLES, file), "utf8")) as Expected;

  it.each(rows.map((row) => [titleOf(row), row] as const))("%s", (_, row) => {
    for (const flow of flowsOf(program, row)) {
      const { verdict, scope, allowed } = decide(program, flow);
      expect({ flow, verdict }).toEqual({ flow, verdict: row.verdict });
      const isWhole =
        verdict === "deny" || (scope === "all" && allowed.equals(connectionsAsked(flow.protocol, flow.port)));
      expect({ flow, isWhole }).toEqual({ flow, isWhole: true });
    }
  });

  it("agrees with the table on every pair", () => {
    expect(tableOf(program, columnsOf(table), asked)).toEqual(readTable(table));
  });
}

function titleOf({ from, to, port = "any port", verdict }: Row): string {
  return `${from} to ${to}, ${port}: ${verdict}`;
}

/** The flows a row stands for: `shop/*` is every workload of the namespace. */
function flowsOf(program: Program, { from, to, port }: Row): Flow[] {
  const question = port === undefined ? {} : readPort(port);
  if (!question) throw new Error(`\`${port}\` is no port`);
  return namesFor(program, from).flatMap((source) =>
    namesFor(program, to).map((destination) => ({ source, destination, ...question })),
  );
}

function namesFor(program: Program, name: string): string[] {
  if (!name.endsWith("/*")) return [name];
  return reach(program)
    .endpoints.filter(({ namespace }) => namespace !== undefined && `${namespace}/*` === name)
    .map(({ id }) => id);
}

function readTable(table: string): string[] {
  return table
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.trim().split(/\s+/).join(" "));
}

function columnsOf(table: string): string[] {
  const [, ...columns] = (table.trim().split("\n")[0] ?? "").split(/\s+/);
  return columns;
}

function tableOf(program: Program, names: readonly string[], asked: (to: string) => Partial<Flow>): string[] {
  return names.map((source) => {
    const cells = names.map((destination) => {
      if (source === destination) return "-";
      return decide(program, { source, destination, ...asked(destination) }).verdict === "allow" ? "." : "X";
    });
    return [source, ...cells].join(" ");
  });
}

function pairsAllowed(program: Program, asked: (to: string) => Partial<Flow>): { from: string; to: string }[] {
  const ids = reach(program)
    .endpoints.filter(({ type }) => type !== "address")
    .map(({ id }) => id);
  return ids.flatMap((from) =>
    ids
      .filter((to) => to !== from)
      .filter((to) => decide(program, { source: from, destination: to, ...asked(to) }).verdict === "allow")
      .map((to) => ({ from, to })),
  );
}

function connectionsOf(program: Program): string[] {
  return [...reach(program).connections()].map(
    ({ from, to, connections, egress, ingress }) => `${from.id} ${to.id} ${connections} ${egress} ${ingress}`,
  );
}

function analyse(sources: readonly Source[]): { program: Program; diagnostics: readonly Diagnostic[] } {
  const { cluster, diagnostics } = parse(sources);
  const compilation = compile(cluster);
  return { program: compilation.program, diagnostics: [...diagnostics, ...compilation.diagnostics] };
}

function codesOf(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code }) => code);
}

/** The YAML files of a folder and those below it, by path. */
function sourcesOf(folder: string): Source[] {
  return readdirSync(join(EXAMPLES, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({
      path: posix.join(folder, ...name.split(sep)),
      text: readFileSync(join(EXAMPLES, folder, name), "utf8"),
    }));
}
