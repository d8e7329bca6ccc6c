import { describe, expect, test } from "vitest";
import { deployment, policy } from "../../report/listed.ts";
import { foundAlone } from "./found.ts";

const join = (...documents: readonly string[]) => documents.join("---\n");

const withPorts = (text: string, ports: string) => text.replace("image: main", `image: main, ports: [${ports}]`);

describe("NPG401, a policy on the wrong end", () => {
  const shop = join(deployment("shop", "api"), deployment("shop", "web"), deployment("shop", "job"));
  const apiFromWeb =
    "{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }";
  const described = (text: string) =>
    policy("shop", "one", apiFromWeb).replace(
      "namespace: shop",
      `namespace: shop, annotations: { description: "${text}" }`,
    );

  test.each<[string, string, number]>([
    ["a name that says who calls whom, the other way round", policy("shop", "api-to-web", apiFromWeb), 1],
    ["a name that just has both", policy("shop", "api-web", apiFromWeb), 0],
    ["a name that reads backwards", policy("shop", "api-from-web", apiFromWeb), 0],
    ["words within other words", policy("shop", "apis-to-webs", apiFromWeb), 0],
    ["a description that says so", described("Lets api call web, and nobody else"), 1],
    ["a description that says what is protected", described("Protect api: only api may use web"), 1],
    ["a description that fits", described("web is allowed to call api"), 0],
    ["a description of something else", described("see the runbook"), 0],
  ])("%s", (_, written, count) => {
    expect(foundAlone(join(shop, written), "NPG401")).toHaveLength(count);
  });

  test("peers that talk in both directions are held to nothing", () => {
    const both = apiFromWeb.replace(
      " }] }] }",
      " }] }], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }] }] }",
    );
    const guarded = policy(
      "shop",
      "web",
      "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }] }",
    );
    expect(foundAlone(join(shop, policy("shop", "gossip", both), guarded), "NPG401")).toEqual([]);
    expect(foundAlone(join(shop, policy("shop", "api-to-web", both)), "NPG401")).toHaveLength(1);
  });
});

describe("NPG402, a name that says the opposite", () => {
  const named = (workload: string, name: string, spec: string) =>
    foundAlone(join(deployment("shop", workload), policy("shop", name, spec)), "NPG402");

  test.each<[string, string, string, number]>([
    ["web", "deny-all", "{ podSelector: {}, ingress: [{}] }", 1],
    ["web", "allow-web", "{ podSelector: {}, ingress: [] }", 1],
    ["web", "deny-all-except-web", "{ podSelector: {}, ingress: [{}] }", 0],
    ["web", "allow-only-nobody", "{ podSelector: {}, ingress: [] }", 0],
    ["web", "deny-from-other-namespaces", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }", 0],
    ["open-policy-agent", "open-policy-agent", "{ podSelector: {}, ingress: [] }", 0],
    ["block-storage", "block-storage", "{ podSelector: {}, ingress: [{}] }", 0],
    ["block-storage", "deny-block-storage", "{ podSelector: {}, ingress: [{}] }", 1],
  ])("of %s: %s %s", (workload, name, spec, count) => {
    expect(named(workload, name, spec)).toHaveLength(count);
  });
});

describe("NPG403, one half of a connection", () => {
  const pods = join(
    withPorts(deployment("shop", "web"), "{ containerPort: 8080 }"),
    withPorts(deployment("shop", "db"), "{ containerPort: 5432, name: sql }, { containerPort: 9187 }"),
  );
  const out = (ports: string) =>
    policy(
      "shop",
      `web-${ports.length}`,
      `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [${ports}] }] }`,
    );
  const into = policy(
    "shop",
    "db",
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 9187 }] }] }",
  );

  test.each<[string, readonly string[], readonly string[]]>([
    ["what the rule allows is refused", [out("{ port: 5432 }")], ["egress", "ingress"]],
    [
      "another rule for the same pods changes nothing for this one",
      [out("{ port: 5432 }"), out("{ port: 9187   }")],
      ["egress"],
    ],
    ["names are those of the destination", [out("{ port: sql }"), out("{ port: 9187   }")], ["egress"]],
    ["some of it gets through", [out("{ port: 5432 }, { port: 9187 }")], []],
  ])("%s", (_, rules, directions) => {
    const findings = foundAlone(join(pods, into, ...rules), "NPG403");
    expect(findings.map(({ direction }) => direction).sort()).toEqual(directions);
    for (const { direction, witness } of findings) expect(witness?.port).toBe(direction === "egress" ? 5432 : 9187);
  });
});

describe("NPG404, replicas apart", () => {
  const deny = policy("shop", "deny", "{ podSelector: {}, ingress: [] }");
  const headless =
    "apiVersion: v1\nkind: Service\nmetadata: { name: kv, namespace: shop }\nspec: { clusterIP: None, selector: { app: kv }, ports: [{ port: 80 }] }\n";
  const replicas = (kind: string, ports: string) =>
    withPorts(deployment("shop", "kv", 3).replace("kind: Deployment", `kind: ${kind}`), ports);
  const webOnly = policy(
    "shop",
    "web",
    "{ podSelector: { matchLabels: { app: kv } }, ingress: [{ ports: [{ port: 8080 }] }] }",
  );

  test.each<[string, readonly string[], string | undefined]>([
    ["with a port that is known for it", [replicas("StatefulSet", "{ containerPort: 2380 }"), deny], "proved"],
    ["with a port named for it", [replicas("Deployment", "{ containerPort: 9094, name: gossip }"), deny], "proved"],
    ["with names of their own", [replicas("StatefulSet", "{ containerPort: 8080 }"), headless, deny], "assumed"],
    [
      "on that port, though another is open",
      [replicas("StatefulSet", "{ containerPort: 8080 }, { containerPort: 9300 }"), webOnly],
      "proved",
    ],
    ["of a stateless Deployment", [replicas("Deployment", "{ containerPort: 8080 }"), deny], undefined],
    [
      "of a stateless Deployment behind a headless Service",
      [replicas("Deployment", "{ containerPort: 8080 }"), headless, deny],
      undefined,
    ],
    [
      "of a Deployment on a number other software has too",
      [replicas("Deployment", "{ containerPort: 7000 }"), deny],
      undefined,
    ],
  ])("%s", (_, documents, certainty) => {
    expect(foundAlone(join(...documents), "NPG404")[0]?.certainty).toBe(certainty);
  });
});

describe("NPG405, everything selected by accident", () => {
  const pods = join(
    withPorts(deployment("shop", "web"), "{ containerPort: 8080 }"),
    withPorts(deployment("shop", "db"), "{ containerPort: 5432 }"),
  );
  test.each<[string, string, string, number]>([
    ["nothing behind matchLabels", "some-access", "{ podSelector: { matchLabels: }, ingress: [] }", 1],
    ["no podSelector, and named after one workload", "web-access", "{ ingress: [{ ports: [{ port: 1 }] }] }", 1],
    ["no podSelector, and about the port of one workload", "access", "{ ingress: [{ ports: [{ port: 5432 }] }] }", 1],
    [
      "no podSelector, and about the ports of several",
      "access",
      "{ ingress: [{ ports: [{ port: 5432 }] }, { ports: [{ port: 8080 }] }] }",
      0,
    ],
    ["no podSelector, and a name that only contains another", "webhooks-off", "{ ingress: [] }", 0],
    ["no podSelector, and a default deny", "web-default-deny", "{ ingress: [] }", 0],
  ])("%s", (_, name, spec, count) => {
    expect(foundAlone(join(pods, policy("shop", name, spec)), "NPG405")).toHaveLength(count);
  });
});
