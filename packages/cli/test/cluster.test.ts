import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { apiServer, kubeconfig, type Resources } from "./api-server.ts";
import { db, echo, folder, type Result, watertight, web } from "./runs.ts";

/** The objects of a text as an API lists them: without `apiVersion` and `kind`, and with a record of who wrote them. */
function listed(kind: string, ...texts: readonly string[]): readonly Record<string, unknown>[] {
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJSON()));
  return objects
    .filter((object) => object.kind === kind)
    .map(({ apiVersion: _, kind: __, metadata, ...object }) => ({
      metadata: { ...metadata, managedFields: [{ manager: "kubectl" }] },
      ...object,
    }));
}

const namespaces = ["shop", "open"].map((name) => ({ metadata: { name } }));
const third = web.replaceAll("web", "third");
const shop: Resources = {
  "/api/v1/namespaces": namespaces,
  "/api/v1/pods": [],
  "/apis/apps/v1/deployments": listed("Deployment", web, echo, third),
  "/apis/apps/v1/statefulsets": listed("StatefulSet", db),
  "/apis/networking.k8s.io/v1/networkpolicies": listed("NetworkPolicy", db),
};

/** The connections of a listing, without the places they were read from. */
function answer({ out }: Result): object {
  const { endpoints, connections } = JSON.parse(out);
  return { endpoints, connections };
}

/** `file:line:column severity code`, of every line that reports something. */
function reported({ lines }: Result): readonly string[] {
  return lines.flatMap((line) => /^(.+?:\d+:\d+ (?:error|warning|info) [a-z-]+) \S/.exec(line)?.[1] ?? []);
}

function list(...args: readonly string[]): Promise<Result> {
  return watertight(["list", "-o", "json", ...args]);
}

describe("a live cluster", () => {
  test("gives the same answer as its objects in files", async () => {
    const server = await apiServer(shop);
    const live = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect([live.status, live.err]).toEqual([0, ""]);
    const declared = namespaces.map((object) => JSON.stringify({ apiVersion: "v1", kind: "Namespace", ...object }));
    const files = { "a.yaml": [web, db, echo, third].join("---\n"), "n.json": declared.join("\n") };
    expect(answer(live)).toEqual(answer(await list(folder(files))));
  });

  test("is read page by page", async () => {
    const { url, requests } = await apiServer(shop);
    const { out } = await list("--kubeconfig", kubeconfig({ prod: url }));
    expect(requests.filter((line) => line.includes("/deployments"))).toEqual([
      "GET /apis/apps/v1/deployments?limit=500",
      "GET /apis/apps/v1/deployments?limit=500&continue=2",
    ]);
    expect(out).toContain("shop/Deployment/third");
  });

  test("has its places where they are in the whole list, in whatever pages it comes", async () => {
    const odd = third.replace("app: web", "app: -web").replaceAll("app: third", "app: -third");
    const resources = { ...shop, "/apis/apps/v1/deployments": listed("Deployment", web, echo, odd) };
    const places = async (expired?: "expired") => {
      const { url } = await apiServer(resources, expired);
      return reported(await list("--kubeconfig", kubeconfig({ prod: url })));
    };
    const paged = await places();
    expect(paged.filter((line) => line.startsWith("prod/deployments") && line.endsWith("field-invalid"))).not.toEqual(
      [],
    );
    expect(paged).toEqual(await places("expired"));
  });

  test("is read at once where a page has expired", async () => {
    const { url, requests } = await apiServer(shop, "expired");
    const { status, out } = await list("--kubeconfig", kubeconfig({ prod: url }));
    expect(status).toBe(0);
    expect(requests.filter((line) => line.includes("/deployments")).at(-1)).toBe("GET /apis/apps/v1/deployments");
    expect(JSON.parse(out).endpoints.filter(({ id }: { id: string }) => id.includes("/Deployment/"))).toHaveLength(3);
  });

  test("is only read", async () => {
    const { url, requests } = await apiServer(shop);
    await list("--kubeconfig", kubeconfig({ prod: url }));
    expect(requests.filter((line) => !line.startsWith("GET "))).toEqual([]);
  });

  test("is shown the token of its user, and no other cluster is", async () => {
    const [prod, dev] = [await apiServer(shop), await apiServer(shop)];
    const file = kubeconfig({ prod: prod.url, dev: dev.url });
    await list("--kubeconfig", file, "--context", "dev");
    expect(new Set(dev.tokens)).toEqual(new Set(["Bearer token of dev"]));
    expect(prod.requests).toEqual([]);
  });

  test("is not shown credentials over plain HTTP, unless the kubeconfig allows it", async () => {
    const { url, tokens } = await apiServer(shop);
    const config = {
      clusters: [{ name: "c", cluster: { server: url } }],
      users: [{ name: "u", user: { token: "secret" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    };
    const { status } = await list("--kubeconfig", join(folder({ config: JSON.stringify(config) }), "config"));
    expect([status, new Set(tokens)]).toEqual([0, new Set([undefined])]);
  });

  test("is asked through what the kubeconfig's plugin says", async () => {
    const { url, tokens } = await apiServer(shop);
    const credential = JSON.stringify({ kind: "ExecCredential", status: { token: "of the plugin" } });
    const exec = { command: process.execPath, args: ["-p", JSON.stringify(credential)] };
    const config = {
      clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { exec } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    };
    const file = join(folder({ config: JSON.stringify(config) }), "config");
    expect((await list("--kubeconfig", file, "--context", "x")).status).toBe(0);
    expect(new Set(tokens)).toEqual(new Set(["Bearer of the plugin"]));
  });

  test("is named in places, titles and what to try next", async () => {
    const server = await apiServer(shop);
    const file = kubeconfig({ prod: server.url });
    const asked = ["--from", "shop/web", "--to", "shop/db", "--port", "5432"];
    const query = await watertight(["query", "--kubeconfig", file, "--context", "prod", ...asked]);
    expect(query.out).toMatch(/prod\/networkpolicies:\d+:\d+/);
    expect(query.out).toContain(`watertight list --context prod --kubeconfig ${file} --to shop/db`);
    const listing = await watertight(["list", "--kubeconfig", file]);
    expect(listing.out).toContain("1 NetworkPolicy.\n");
    const view = await watertight(["view", "--kubeconfig", file, "--output", "-"]);
    expect(view.out).toContain("<title>prod · Watertight</title>");
    expect(view.out).not.toContain("managedFields");
  });
});

describe("a kind", () => {
  const policies = "/apis/networking.k8s.io/v1/networkpolicies";

  test("that may not be listed is reported, and the rest is read", async () => {
    const server = await apiServer({ ...shop, [policies]: 403 });
    const result = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect(result.status).toBe(0);
    expect(reported(result)).toEqual(["prod/networkpolicies:1:1 warning source-unreadable"]);
    expect(JSON.parse(result.out).diagnostics).toMatchObject([{ code: "source-unreadable", severity: "warning" }]);
    expect(result.out).toContain("shop/StatefulSet/db");
  });

  test("is asked for roles, routes and the metadata of Secrets only where more than verdicts is told", async () => {
    const copy = { "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"aHVudGVyMg=="}}' };
    const resources: Resources = {
      ...shop,
      "/api/v1/secrets": ["a", "b", "c"].map((name) => ({
        metadata: { namespace: "shop", name, annotations: copy },
        type: "kubernetes.io/service-account-token",
        data: { p: "aHVudGVyMg==" },
      })),
      "/apis/rbac.authorization.k8s.io/v1/rolebindings": 403,
    };
    const { url, requests } = await apiServer(resources);
    const plain = await list("--kubeconfig", kubeconfig({ prod: url }));
    expect([plain.err, requests.filter((line) => /secrets|roles|ingresses/.test(line))]).toEqual(["", []]);

    const result = await watertight(["gaps", "--kubeconfig", kubeconfig({ prod: url }), "-o", "json"]);
    expect(requests.filter((line) => line.includes("secrets"))).toEqual([
      "GET /api/v1/secrets?includeObject=Metadata&limit=500",
      "GET /api/v1/secrets?includeObject=Metadata&limit=500&continue=2",
    ]);
    expect(result.err).toContain(
      "rolebindings may not be listed with these credentials (403); what accounts may do cannot be told",
    );
    expect(result.status).toBe(0);
    const { posture } = JSON.parse(result.out);
    const verdictOf = (id: string) => posture.audit.find((row: { id: string }) => row.id === id);
    expect([verdictOf("ZT08").verdict, verdictOf("ZT08").evidence.length]).toEqual(["warn", 3]);
    expect(verdictOf("ZT01").verdict).toBe("unknown");
    expect(result.out).not.toContain("aHVudGVyMg");
  });

  test("that the server fails to list is reported as an error, with what the server says", async () => {
    const server = await apiServer({ ...shop, [policies]: 500 });
    const result = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect(result.status).toBe(0);
    expect(reported(result)).toEqual(["prod/networkpolicies:1:1 error source-unreadable"]);
    expect(result.err).toContain("500: status 500");
  });

  test("that the server does not have is nothing to report", async () => {
    const server = await apiServer({ ...shop, "/apis/cilium.io/v2/ciliumnetworkpolicies": 404 });
    expect((await list("--kubeconfig", kubeconfig({ prod: server.url }))).err).toBe("");
  });

  test("of a group that the server does not serve is not asked for", async () => {
    const { url, requests } = await apiServer(shop);
    await list("--kubeconfig", kubeconfig({ prod: url }));
    expect(requests.filter((line) => line.includes("cilium"))).toEqual([]);
  });

  test("of any group is asked for where the server does not tell its groups", async () => {
    const { url, requests } = await apiServer({ ...shop, "/apis": 403 });
    await list("--kubeconfig", kubeconfig({ prod: url }));
    expect(requests).toContain("GET /apis/cilium.io/v2/ciliumnetworkpolicies?limit=500");
  });

  test("of another dialect is said to be left out, in the version that is served", async () => {
    const object = { metadata: { name: "p", namespace: "shop" }, spec: {} };
    const server = await apiServer({
      ...shop,
      "/apis/cilium.io/v2/ciliumnetworkpolicies": [object],
      "/apis/crd.projectcalico.org/v1/globalnetworkpolicies": [{ metadata: { name: "g" }, spec: {} }],
      "/apis/security.istio.io/v1beta1/authorizationpolicies": [object],
    });
    const result = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect(reported(result)).toEqual([
      expect.stringMatching(/^prod\/authorizationpolicies\.security\.istio\.io:\d+:\d+ warning dialect-unsupported$/),
      expect.stringMatching(/^prod\/ciliumnetworkpolicies\.cilium\.io:\d+:\d+ warning dialect-unsupported$/),
      expect.stringMatching(
        /^prod\/globalnetworkpolicies\.crd\.projectcalico\.org:\d+:\d+ warning dialect-unsupported$/,
      ),
    ]);
  });
});

describe("status 2 is for", () => {
  test("an unknown context, with those there are", async () => {
    const { status, out, err } = await list(
      "--kubeconfig",
      kubeconfig({ prod: "http://a", dev: "http://b" }),
      "--context",
      "nope",
    );
    expect([status, out]).toEqual([2, ""]);
    expect(err).toBe("error: --context: there is no context `nope`; name one of these:\n  dev\n  prod\n");
  });

  test.each([
    ["a file that is not there", undefined, "there is no file"],
    ["a file that is no kubeconfig", "clusters: [", "cannot be read as a kubeconfig"],
    ["a kubeconfig without contexts", "kind: Config", "no current context"],
    [
      "a context without its cluster",
      "contexts: [{ name: x, context: { cluster: gone, user: u } }]\ncurrent-context: x",
      "`gone`",
    ],
    [
      "a context without its user",
      "clusters: [{ name: c, cluster: { server: 'https://a' } }]\ncontexts: [{ name: x, context: { cluster: c, user: gone } }]\ncurrent-context: x",
      "`gone`",
    ],
    [
      "an address that is none",
      "clusters: [{ name: c, cluster: { server: nowhere } }]\ncontexts: [{ name: x, context: { cluster: c } }]\ncurrent-context: x",
      "`nowhere`",
    ],
  ])("%s", async (_, text, message) => {
    const { status, out, err } = await list(
      "--kubeconfig",
      join(folder(text === undefined ? {} : { config: text }), "config"),
    );
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: /);
    expect(err).toContain(message);
  });

  test("a cluster that does not answer", async () => {
    const { status, err } = await list("--kubeconfig", kubeconfig({ prod: "http://127.0.0.1:9" }));
    expect(status).toBe(2);
    expect(err).toMatch(/^error: the cluster of context `prod` does not answer at http:\/\/127\.0\.0\.1:9: /);
  });

  test("a cluster that does not accept the credentials", async () => {
    const server = await apiServer({ "/apis": 401, "/api/v1/pods": 401 });
    const { status, err } = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect([status, err]).toEqual([2, expect.stringContaining("(401)")]);
  });

  test("a plugin that fails", async () => {
    const exec = { command: process.execPath, args: ["-e", "console.error('log in first'); process.exit(1)"] };
    const config = {
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:9" } }],
      users: [{ name: "u", user: { exec } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    };
    const { status, err } = await list("--kubeconfig", join(folder({ config: JSON.stringify(config) }), "config"));
    expect([status, err]).toEqual([2, expect.stringContaining("log in first")]);
  });

  test("a cluster with nothing in it", async () => {
    const server = await apiServer({});
    const { status, err } = await list("--kubeconfig", kubeconfig({ prod: server.url }));
    expect([status, err]).toEqual([2, expect.stringContaining("the cluster of context `prod`")]);
  });

  test("paths and a cluster at once", async () => {
    const path = folder({ "web.yaml": web });
    for (const args of [
      ["--context", "x"],
      ["--kubeconfig", join(path, "config")],
    ]) {
      for (const command of [["list"], ["query", "--from", "a", "--to", "b"], ["view", "--output", "-"]]) {
        const { status, out, err } = await watertight([...command, path, ...args]);
        expect([status, out]).toEqual([2, ""]);
        expect(err).toContain("not both");
      }
    }
  });
});

test("KUBECONFIG may list several files: the first counts, and those that are not there do not", async () => {
  const [prod, dev] = [await apiServer(shop), await apiServer(shop)];
  const files = [join(folder({}), "config"), kubeconfig({ prod: prod.url }), kubeconfig({ dev: dev.url, prod: "x" })];
  const env = { KUBECONFIG: files.join(delimiter) };
  for (const context of ["prod", "dev"]) {
    const { status, err } = await watertight(["list", "--context", context, "-o", "json"], { env });
    expect([status, err]).toEqual([0, ""]);
  }
  expect([prod.requests.length, dev.requests.length].every((count) => count > 0)).toBe(true);
});
