import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "../../../src/analyses/findings/rule.ts";
import {
  applyEdits,
  applySettings,
  check,
  compile,
  decide,
  type Finding,
  FindingContext,
  findIn,
  type Program,
  RULES,
  tryFixes,
} from "../../../src/index.ts";
import { scenario } from "../../arbitraries.ts";
import { runs } from "../../properties/engine.ts";
import { deployment, policy } from "../../report/listed.ts";
import { found, programOf } from "./found.ts";

const join = (...documents: readonly string[]) => documents.join("---\n");

const withSpec = (text: string, spec: string) => text.replace("image: main", `image: main, ${spec}`);

const service = (name: string, spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ${spec} }\n`;

/** What becomes of a question once a finding's fix is made. */
function verdictAfter(program: Program, { fix }: Finding, source: string, destination: string, port: number) {
  const { program: after } = compile(applyEdits(program.cluster, fix?.edits ?? []), program.options);
  return decide(after, { source, destination, protocol: "TCP", port }).verdict;
}

describe("a default deny", () => {
  const web = withSpec(
    deployment("shop", "web"),
    'ports: [{ containerPort: 8080 }], env: [{ name: API, value: "http://api:7000" }]',
  );
  const api = withSpec(deployment("shop", "api"), "ports: [{ containerPort: 7000 }]");
  const text = join(
    web,
    api,
    deployment("shop", "other"),
    service("web", "type: LoadBalancer, ports: [{ port: 80, targetPort: 8080 }]"),
    service("api", "ports: [{ port: 7000 }]"),
  );
  const program = programOf(text);
  const [finding] = check(program).findings.filter(({ id }) => id === "NPG104") as [Finding];

  test("keeps what is known to be needed, and what leads in from outside", () => {
    expect(finding.fix?.breaks).toEqual([]);
    expect(verdictAfter(program, finding, "shop/web", "shop/api", 7000)).toBe("allow");
    expect(verdictAfter(program, finding, "internet", "shop/web", 8080)).toBe("allow");
  });

  test("closes everything else", () => {
    expect(verdictAfter(program, finding, "shop/other", "shop/api", 7000)).toBe("deny");
    expect(verdictAfter(program, finding, "shop/web", "shop/api", 7001)).toBe("deny");
    expect(verdictAfter(program, finding, "internet", "shop/web", 8081)).toBe("deny");
    expect(verdictAfter(program, finding, "shop/web", "internet", 443)).toBe("deny");
  });

  test("keeps what rules of others name a workload for", () => {
    const named = join(
      deployment("shop", "worker"),
      withSpec(deployment("shop", "queue"), "ports: [{ containerPort: 5672 }]"),
      policy(
        "shop",
        "queue",
        "{ podSelector: { matchLabels: { app: queue } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: worker } } }], ports: [{ port: 5672 }] }] }",
      ),
    );
    const program = programOf(named);
    const egress = check(program).findings.find(({ key }) => key === "NPG103 shop egress") as Finding;
    expect(verdictAfter(program, egress, "shop/worker", "shop/queue", 5672)).toBe("allow");
    expect(verdictAfter(program, egress, "shop/queue", "shop/worker", 80)).toBe("deny");
  });

  test("keeps the calls of the API server", () => {
    const hook = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: api }
webhooks: [{ name: api.example.com, clientConfig: { service: { name: api, namespace: shop, port: 7000 } } }]
`;
    const [plain, called] = [text, join(text, hook)].map((one) => {
      const program = programOf(one);
      const finding = check(program).findings.find(({ id }) => id === "NPG104") as Finding;
      return verdictAfter(program, finding, "internet", "shop/api", 7000);
    });
    expect([plain, called]).toEqual(["deny", "allow"]);
  });

  test("says which Services nobody is known to use", () => {
    const idle = join(api, service("api", "ports: [{ port: 7000 }]"));
    expect(found(idle, "NPG104")[0]?.fix?.title).toMatch(/nobody is known to use Service shop\/api/);
    expect(finding.fix?.title).not.toMatch(/nobody is known/);
  });

  test("says whose account has a role, since those may need the API server", () => {
    const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: api, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: robot, namespace: shop }]
`;
    const robot = withSpec(deployment("shop", "robot"), "").replace(
      "containers:",
      "serviceAccountName: robot, containers:",
    );
    const [bound] = found(join(robot, api, role), "NPG104");
    expect(bound?.fix?.title).toMatch(/shop\/robot may need a rule for the API server/);
    expect(finding.fix?.title).not.toMatch(/API server/);
  });
});

describe("trials", () => {
  test("offer the fix that compiling everything again would", () => {
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const context = new FindingContext(compile(cluster, options).program);
        const all = findIn(context);
        const { findings } = tryFixes(context, all);
        const slow = all.findings.map(({ key }) => {
          const { rule, observation } = all.seen.get(key) ?? {};
          return observation?.fixes?.().find(({ edits, settings = [], aim }) => {
            const { program } = compile(applySettings(applyEdits(cluster, edits), settings), options);
            const left = [...(rule?.find(new FindingContext(program)) ?? [])].find(
              ({ about }) => about === observation.about,
            );
            return !left || (aim === "less" && left.severity?.is !== observation.severity?.is);
          })?.title;
        });
        expect(findings.map(({ fix }) => fix?.title)).toEqual(slow);
      }),
      runs(6),
    );
  }, 900_000);

  test("look at one policy alone where a rule tells of each by itself", () => {
    const alone = RULES.filter(({ each }) => each === "policy");
    const abouts = (found: Iterable<Observation>) => [...found].map(({ about }) => about).sort();
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const { program } = compile(cluster, options);
        const whole = new FindingContext(program);
        for (const rule of alone) {
          const each = cluster.networkPolicies.flatMap(({ namespace, name: policy }) =>
            abouts(rule.find(new FindingContext(program, whole.declared, { namespace, policy }))),
          );
          expect([rule.id, ...each.sort()]).toEqual([rule.id, ...abouts(rule.find(whole))]);
        }
      }),
      runs(10),
    );
  });

  test("are made of some findings by themselves", () => {
    const context = new FindingContext(programOf(join(deployment("a", "web"), deployment("b", "web"))));
    const all = findIn(context);
    const wanted = all.findings.filter(({ key }) => key === "NPG104 b");
    expect(tryFixes(context, all, wanted).findings.map(({ key, fix }) => [key, fix !== undefined])).toEqual([
      ["NPG104 b", true],
    ]);
  });
});

describe("what the input does not show", () => {
  const toDns = policy(
    "shop",
    "web",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }] }",
  );

  test("DNS pods named in all namespaces are somewhere", () => {
    expect(found(join(deployment("shop", "web"), toDns), "NPG302")).toEqual([]);
    expect(found(join(deployment("shop", "web"), toDns.replaceAll("kube-dns", "kubedns")), "NPG302")).toHaveLength(1);
  });

  test("DNS pods are not where kube-system is shown without them", () => {
    expect(found(join(deployment("shop", "web"), deployment("kube-system", "agent"), toDns), "NPG302")).toHaveLength(1);
  });

  const fromPartner = policy(
    "shop",
    "web",
    "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { partner: acme } } }] }] }",
  );
  const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;

  test.each([
    ["a part of the cluster", ["shop"], "assumed"],
    ["all of it", ["shop", "kube-system"], "proved"],
  ])("a label that no namespace of %s has is missing as surely as that", (_, names, certainty) => {
    const text = join(...names.map(namespace), deployment("shop", "web"), fromPartner);
    expect(found(text, "NPG303").map((one) => one.certainty)).toEqual([certainty]);
  });
});

describe("a backend of an Ingress whose controller is not shown", () => {
  const text = join(
    withSpec(deployment("shop", "web"), "ports: [{ containerPort: 80 }]"),
    service("web", "ports: [{ port: 80 }]"),
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { ingressClassName: nginx, rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`,
    policy(
      "shop",
      "web",
      "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] } }] }] }",
    ),
  );

  test("is published, so that a rule which admits the world is not one for an inner workload", () => {
    expect(found(text, "NPG205")).toEqual([]);
    expect(found(text.replace("kind: Ingress\n", "kind: Ingres\n"), "NPG205")).toHaveLength(1);
  });
});

describe("a Service nobody may use", () => {
  test("is found under the rule that names clients there are none of", () => {
    const text = join(
      withSpec(deployment("shop", "redis"), "ports: [{ containerPort: 6379 }]"),
      deployment("shop", "worker"),
      service("redis", "ports: [{ port: 6379 }]"),
      policy(
        "shop",
        "redis",
        "{ podSelector: { matchLabels: { app: redis } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }] }] }",
      ),
    );
    const dead = check(programOf(text)).findings.find(({ id }) => id === "NPG302");
    expect(dead?.severity).toBe("high");
    expect(dead?.covers.map(({ id }) => id)).toEqual(["NPG602"]);
  });
});

describe("what can be entered and call out", () => {
  const web = withSpec(deployment("shop", "web"), "ports: [{ containerPort: 80 }]");
  const open = join(web, service("web", "type: LoadBalancer, ports: [{ port: 80 }]"));

  test("has a fix where nothing isolates it", () => {
    const [finding] = found(open, "NPG212");
    expect(finding?.fix?.title).toMatch(/only what it is known to need/);
  });

  test("is told which policy to narrow where one does", () => {
    const lets = "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }";
    const [finding] = found(join(open, policy("shop", "https", lets)), "NPG212");
    expect(finding?.advice).toBe("Narrow what shop/https lets out to what it needs.");
    expect(finding?.fix).toBeUndefined();
  });
});
