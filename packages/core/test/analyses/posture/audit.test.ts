import { describe, expect, test } from "vitest";
import { AUDIT_RULES, type AuditRow, FindingContext, postureOf, UNDECIDABLE } from "../../../src/index.ts";
import { programOf } from "../findings/found.ts";

function row(id: string, ...objects: readonly string[]): AuditRow {
  const { audit } = postureOf(new FindingContext(programOf(objects.join("\n---\n"))));
  const found = audit.find(({ rule }) => rule.id === id);
  if (!found) throw new Error(id);
  return found;
}

function verdict(id: string, ...objects: readonly string[]): string {
  return row(id, ...objects).verdict;
}

function object(apiVersion: string, kind: string, name: string, rest = "", namespace = "shop"): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\n${rest}`;
}

function deployment(name: string, pod = "", container = "", namespace = "shop", template = ""): string {
  return object(
    "apps/v1",
    "Deployment",
    name,
    `spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }${template} }
    spec: { containers: [{ name: main, image: main${container} }]${pod} }`,
    namespace,
  );
}

function role(name: string, rule: string, kind = "Role"): string {
  return object("rbac.authorization.k8s.io/v1", kind, name, `rules: [${rule}]`);
}

const WEB = "{ kind: ServiceAccount, name: web, namespace: shop }";

function binding(name: string, subject = WEB, kind = "Role", bound = "RoleBinding"): string {
  return object(
    "rbac.authorization.k8s.io/v1",
    bound,
    `bind-${name.replaceAll(":", "-")}`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: "${name}" }\nsubjects: [${subject}]`,
  );
}

const READ = '{ apiGroups: [""], resources: [configmaps], verbs: [get] }';
const STAR = '{ apiGroups: [""], resources: ["*"], verbs: ["*"] }';
const ingress = (tls: string, annotations = "") =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site, namespace: shop, annotations: { ${annotations} } }
spec:
  ingressClassName: nginx
${tls}
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]`;
const SERVICE = object(
  "v1",
  "Service",
  "web",
  "spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }",
);
const PORT = ", ports: [{ containerPort: 8080 }]";

test("every row is answered, none of them twice, and nothing passes for lack of input but what is a claim of absence", () => {
  const { audit, undecidable } = postureOf(new FindingContext(programOf("")));
  expect(audit.map(({ rule }) => rule.id)).toEqual(
    Array.from({ length: 38 }, (_, i) => `ZT${String(i + 1).padStart(2, "0")}`),
  );
  expect(AUDIT_RULES).toHaveLength(38);
  expect(audit.filter(({ verdict }) => verdict === "pass").map(({ rule }) => rule.id)).toEqual(["ZT26"]);
  expect(audit.filter(({ verdict }) => verdict === "fail" || verdict === "warn")).toEqual([]);
  expect(undecidable).toBe(UNDECIDABLE);
});

describe("identity", () => {
  test.each(["ZT01", "ZT02", "ZT03", "ZT04", "ZT05", "ZT38"])("%s is unknown without bindings", (id) => {
    expect(verdict(id, deployment("web"), role("reader", READ))).toBe("unknown");
  });

  test("wildcards count in roles that are bound, and are unknown where a bound role is missing", () => {
    expect(row("ZT01", role("all", STAR), binding("all"))).toMatchObject({
      verdict: "fail",
      evidence: [{ object: "Role shop/all", span: { line: 4 } }],
    });
    expect(verdict("ZT01", role("all", STAR), role("reader", READ), binding("reader"))).toBe("pass");
    expect(verdict("ZT01", binding("elsewhere"))).toBe("unknown");
    expect(verdict("ZT01", binding("view", WEB, "ClusterRole"))).toBe("pass");
  });

  test("wildcards that come by aggregation count", () => {
    const sum = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: sum }
aggregationRule: { clusterRoleSelectors: [{ matchLabels: { into: sum } }] }`;
    const parts = role("part", STAR, "ClusterRole").replace("namespace: shop", "labels: { into: sum }");
    expect(verdict("ZT01", sum, parts, binding("sum", WEB, "ClusterRole"))).toBe("fail");
  });

  test("cluster-admin counts but for the binding every cluster has", () => {
    const masters = "{ kind: Group, name: system:masters, apiGroup: rbac.authorization.k8s.io }";
    const own = binding("cluster-admin", masters, "ClusterRole", "ClusterRoleBinding");
    expect(verdict("ZT02", own.replace("bind-cluster-admin", "cluster-admin"))).toBe("pass");
    expect(verdict("ZT02", own)).toBe("fail");
    expect(verdict("ZT02", binding("cluster-admin", WEB, "ClusterRole", "ClusterRoleBinding"))).toBe("fail");
  });

  test("a ClusterRoleBinding for accounts of one namespace and namespaced kinds warns", () => {
    const wide = (rule: string) => [
      role("wide", rule, "ClusterRole"),
      binding("wide", WEB, "ClusterRole", "ClusterRoleBinding"),
    ];
    expect(verdict("ZT03", ...wide(READ))).toBe("warn");
    expect(verdict("ZT03", ...wide(READ.replace("configmaps", "configmaps, nodes")))).toBe("pass");
    expect(verdict("ZT03", ...wide(READ.replace('[""]', "[example.org]")))).toBe("pass");
  });

  test("rights that lead further warn, and fail once their account can be had from outside", () => {
    const rights = [
      role("secrets", '{ apiGroups: [""], resources: [secrets], verbs: [list] }'),
      binding("secrets"),
      deployment("web", ", serviceAccountName: web", PORT),
    ];
    const open = SERVICE.replace("spec: {", "spec: { type: LoadBalancer,");
    expect(verdict("ZT04", ...rights)).toBe("warn");
    expect(verdict("ZT04", ...rights, open)).toBe("fail");
    expect(verdict("ZT04", role("reader", READ), binding("reader"))).toBe("pass");
  });

  test("what is bound to anybody fails, but for what every cluster publishes", () => {
    const anonymous = "{ kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io }";
    const everyone = "{ kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io }";
    expect(verdict("ZT05", role("reader", READ), binding("reader", anonymous))).toBe("fail");
    expect(verdict("ZT05", role("reader", READ), binding("reader", everyone))).toBe("warn");
    expect(verdict("ZT05", binding("system:discovery", everyone, "ClusterRole", "ClusterRoleBinding"))).toBe("pass");
  });

  test("the default account is harmless without its token, and sharing one is not", () => {
    expect(verdict("ZT06", deployment("web"))).toBe("fail");
    expect(verdict("ZT06", deployment("web", ", automountServiceAccountToken: false"))).toBe("pass");
    const own = ", serviceAccountName: shared";
    expect(verdict("ZT06", deployment("web", own))).toBe("pass");
    expect(verdict("ZT06", deployment("web", own), deployment("db", own))).toBe("warn");
  });

  test("a token without a role is one too many, and a token for another audience is none", () => {
    const roles = [role("reader", READ), binding("reader")];
    expect(verdict("ZT07", deployment("web"))).toBe("unknown");
    expect(verdict("ZT07", deployment("db"), ...roles)).toBe("fail");
    expect(verdict("ZT07", deployment("web", ", serviceAccountName: web"), ...roles)).toBe("pass");
    const vault =
      ", automountServiceAccountToken: false, volumes: [{ name: t, projected: { sources: [{ serviceAccountToken: { audience: vault, path: t } }] } }]";
    expect(verdict("ZT07", deployment("db", vault), ...roles)).toBe("pass");
  });

  test("tokens that never expire warn", () => {
    expect(verdict("ZT08", deployment("web"))).toBe("unknown");
    expect(verdict("ZT08", object("v1", "Secret", "s", "type: Opaque"))).toBe("pass");
    expect(verdict("ZT08", object("v1", "Secret", "s", "type: kubernetes.io/service-account-token"))).toBe("warn");
  });

  test("an issuer the API server is told of is one", () => {
    const server = (flag: string) =>
      object(
        "v1",
        "Pod",
        "kube-apiserver",
        `spec: { containers: [{ name: a, image: a, command: [kube-apiserver, ${flag}] }] }`,
        "kube-system",
      );
    expect(verdict("ZT09", server("--v=2"))).toBe("unknown");
    expect(verdict("ZT09", server("--oidc-issuer-url=https://login.example.com"))).toBe("pass");
    expect(verdict("ZT31", server("--v=2"))).toBe("fail");
    expect(verdict("ZT31", server("--audit-log-path=/var/log/audit"))).toBe("fail");
    expect(verdict("ZT31", server("--audit-policy-file=/etc/audit.yaml"))).toBe("fail");
    expect(verdict("ZT31", server("--audit-policy-file=/etc/audit.yaml, --audit-log-path=/log"))).toBe("pass");
    const file = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]";
    expect(verdict("ZT31", file)).toBe("pass");
    expect(verdict("ZT31", file, server("--v=2"))).toBe("fail");
  });

  test("an issuer is what makes a provider of a file, or of what kubeadm keeps", () => {
    const file = (rest: string) => `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n${rest}`;
    expect(verdict("ZT09", file("anonymous: { enabled: false }"))).toBe("unknown");
    expect(verdict("ZT09", file("jwt: [{ issuer: { url: https://login.example.com } }]"))).toBe("pass");
    const kubeadm = (argument: string) =>
      object(
        "v1",
        "ConfigMap",
        "kubeadm-config",
        `data: { ClusterConfiguration: "apiServer:\\n  extraArgs:\\n    ${argument}: x\\n" }`,
        "kube-system",
      );
    expect(verdict("ZT09", kubeadm("oidc-issuer-url"))).toBe("pass");
    expect(verdict("ZT09", kubeadm("v"))).toBe("unknown");
  });
});

describe("exposure", () => {
  const TLS = "  tls: [{ hosts: [shop.example.com], secretName: cert }]";

  test("an Ingress needs TLS for each host, by name or by wildcard", () => {
    expect(verdict("ZT10", ingress(TLS))).toBe("pass");
    expect(verdict("ZT10", ingress('  tls: [{ hosts: ["*.example.com"] }]'))).toBe("pass");
    expect(verdict("ZT10", ingress("  tls: [{ hosts: [other.example.com] }]"))).toBe("fail");
    expect(verdict("ZT10", ingress(""))).toBe("fail");
  });

  test("TLS that a balancer outside may end is unknown", () => {
    expect(verdict("ZT10", ingress("", "alb.ingress.kubernetes.io/certificate-arn: arn"))).toBe("unknown");
  });

  test("a redirect turned off, or a certificate that is not there, warns", () => {
    expect(verdict("ZT10", ingress(TLS, 'nginx.ingress.kubernetes.io/ssl-redirect: "false"'))).toBe("warn");
    expect(verdict("ZT10", ingress(TLS), object("v1", "Secret", "another", "type: Opaque"))).toBe("warn");
    expect(verdict("ZT10", ingress(TLS), object("v1", "Secret", "cert", "type: kubernetes.io/tls"))).toBe("pass");
    const elsewhere = ingress(TLS).replace("namespace: shop", "namespace: blog");
    expect(row("ZT10", ingress(TLS), elsewhere)).toMatchObject({
      verdict: "warn",
      evidence: [{ says: expect.stringContaining("its key is in several namespaces") }],
    });
    expect(verdict("ZT10", ingress(TLS), elsewhere.replaceAll("shop.example.com", "blog.example.com"))).toBe("pass");
  });

  test("a plain listener fails where something behind it answers, and not where routes only redirect", () => {
    const gateway = object(
      "gateway.networking.k8s.io/v1",
      "Gateway",
      "main",
      "spec: { gatewayClassName: c, listeners: [{ name: http, port: 80, protocol: HTTP }] }",
    );
    const route = (backends: string) =>
      object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "r",
        `spec: { parentRefs: [{ name: main }], rules: [{ ${backends} }] }`,
      );
    expect(verdict("ZT10", gateway, route("backendRefs: [{ name: web, port: 80 }]"))).toBe("fail");
    expect(verdict("ZT10", gateway, route("filters: [{ type: RequestRedirect }]"))).toBe("pass");
  });

  test("behind the proxy plain text warns, unless the controller is told otherwise", () => {
    const all = [SERVICE, deployment("web", "", PORT)];
    expect(verdict("ZT11", ingress(TLS), ...all)).toBe("warn");
    expect(verdict("ZT11", ingress(TLS, "nginx.ingress.kubernetes.io/backend-protocol: HTTPS"), ...all)).toBe("pass");
    expect(verdict("ZT11", SERVICE, deployment("web", "", PORT))).toBe("unknown");
    const spoken = (protocol: string) => SERVICE.replace("port: 80", `port: 80, appProtocol: ${protocol}`);
    expect(verdict("ZT11", ingress(TLS), spoken("https"), deployment("web", "", PORT))).toBe("pass");
    expect(verdict("ZT11", ingress(TLS), spoken("http"), deployment("web", "", PORT))).toBe("warn");
  });

  test("no annotation for limits is unknown, not a failure", () => {
    expect(verdict("ZT12", ingress(TLS))).toBe("unknown");
    const limited = ingress(TLS, 'nginx.ingress.kubernetes.io/limit-rps: "5"');
    expect(verdict("ZT12", limited)).toBe("pass");
    expect(row("ZT12", limited, ingress(TLS).replace("name: site", "name: other"))).toMatchObject({
      verdict: "unknown",
      because: expect.stringMatching(/^1 of 2 /),
      evidence: [{ object: "Ingress shop/site" }],
    });
    for (const key of ["traefik.ingress.kubernetes.io/router.middlewares", "networking.gke.io/managed-certificates"])
      expect(verdict("ZT12", ingress(TLS, `${key}: one`))).toBe("unknown");
  });

  test("a load balancer warns unless it is internal or has ranges", () => {
    const balancer = (spec: string, annotations = "") =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop, annotations: { ${annotations} } }\nspec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]${spec} }`;
    const web = deployment("web", "", PORT);
    expect(verdict("ZT13", web)).toBe("unknown");
    expect(verdict("ZT13", SERVICE, web)).toBe("pass");
    expect(verdict("ZT13", balancer(""), web)).toBe("warn");
    expect(verdict("ZT13", balancer(", loadBalancerSourceRanges: [203.0.113.0/24]"), web)).toBe("pass");
    expect(verdict("ZT13", balancer(", loadBalancerSourceRanges: [0.0.0.0/0]"), web)).toBe("warn");
    const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges: "203.0.113.0/24, 198.51.100.0/24"';
    expect(verdict("ZT13", balancer("", ranges), web)).toBe("pass");
    expect(verdict("ZT13", balancer("", 'networking.gke.io/load-balancer-type: "Internal"'), web)).toBe("pass");
  });

  test("node ports are listed with what policies say of them", () => {
    const node = SERVICE.replace("spec: {", "spec: { type: NodePort,");
    const web = deployment("web", "", PORT);
    const deny = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "deny",
      "spec: { podSelector: {}, policyTypes: [Ingress] }",
    );
    expect(verdict("ZT14", node, web, deny)).toBe("warn");
    expect(row("ZT14", node, web, deny).evidence[0]?.says).toContain("policies stop it");
    expect(verdict("ZT14", SERVICE, web)).toBe("pass");
  });

  test("egress to the internet is counted", () => {
    const deny = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "deny",
      "spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }",
    );
    expect(verdict("ZT15", deployment("web"))).toBe("fail");
    expect(verdict("ZT15", deployment("web"), deployment("db"), deny)).toBe("warn");
    expect(verdict("ZT15", deployment("web"), deny)).toBe("pass");
  });
});

describe("secrets", () => {
  const map = (data: string) => object("v1", "ConfigMap", "c", `data: { ${data} }`);

  test.each([
    ["DB_PASSWORD: hunter2"],
    ["apiKey: 5f4dcc3b5aa7"],
    ['dsn: "postgres://shop:hunter2@db/shop"'],
    ['cert: "-----BEGIN RSA PRIVATE KEY-----"'],
    ['app.properties: "a=b\\nspring.datasource.password=hunter2\\n"'],
  ])("%s in a ConfigMap fails, and is not repeated", (data) => {
    const { verdict, evidence } = row("ZT16", map(data));
    expect(verdict).toBe("fail");
    expect(JSON.stringify(evidence)).not.toMatch(/hunter2|5f4dcc/);
  });

  test.each([
    ['DB_PASSWORD: ""'],
    ['DB_PASSWORD: "$(DB_PASSWORD)"'],
    ["DB_PASSWORD: changeme"],
    ["PASSWORD_FILE: /run/secrets/db"],
    ["db-password-path: x"],
    ["SECRET_NAME: db-login"],
    ["TOKEN_TTL: 3600s"],
    ["token: /var/run/token"],
    ['cert: "-----BEGIN PUBLIC KEY-----"'],
    ['url: "postgres://db/shop"'],
  ])("%s in a ConfigMap is no credential", (data) => {
    expect(verdict("ZT16", map(data))).toBe("pass");
  });

  test("variables and arguments are looked at", () => {
    expect(verdict("ZT16", deployment("web", "", ", env: [{ name: API_TOKEN, value: abcdef123 }]"))).toBe("fail");
    expect(verdict("ZT16", deployment("web", "", ', args: ["--password=hunter2"]'))).toBe("fail");
    expect(verdict("ZT16", deployment("web", "", ', args: ["--password-file=/etc/p"]'))).toBe("pass");
  });

  test("a Secret as a variable warns, as a file it does not", () => {
    const variable = ", env: [{ name: P, valueFrom: { secretKeyRef: { name: db, key: p } } }]";
    expect(verdict("ZT17", deployment("web", "", variable))).toBe("warn");
    const file = ", volumes: [{ name: v, secret: { secretName: db } }]";
    expect(verdict("ZT17", deployment("web", file, ", volumeMounts: [{ name: v, mountPath: /p }]"))).toBe("pass");
  });

  test("plain Secrets warn; encrypted ones, and those without values, do not", () => {
    const secret = object("v1", "Secret", "s", "data: { p: aHVudGVyMg== }");
    expect(verdict("ZT18", secret)).toBe("warn");
    expect(verdict("ZT18", `${secret}\nsops: { version: "3.9" }`)).toBe("pass");
    expect(verdict("ZT18", object("bitnami.com/v1alpha1", "SealedSecret", "s", "spec: {}"))).toBe("pass");
    expect(verdict("ZT18", deployment("web"))).toBe("unknown");
  });

  test("encryption at rest is by the first provider", () => {
    const configuration = (providers: string, kinds = "secrets") =>
      `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{ resources: [${kinds}], providers: [${providers}] }]`;
    const aes = "{ aescbc: { keys: [] } }";
    expect(verdict("ZT19", deployment("web"))).toBe("unknown");
    expect(verdict("ZT19", configuration(`${aes}, { identity: {} }`))).toBe("pass");
    expect(verdict("ZT19", configuration(`{ identity: {} }, ${aes}`))).toBe("fail");
    expect(verdict("ZT19", configuration(aes, "configmaps"))).toBe("fail");
  });

  test("volumes are unknown where the class says nothing", () => {
    const kind = (parameters: string) =>
      `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: fast }\nprovisioner: x\nparameters: { ${parameters} }`;
    expect(verdict("ZT20", kind("type: gp3"))).toBe("unknown");
    expect(verdict("ZT20", kind('encrypted: "true"'))).toBe("pass");
    expect(verdict("ZT20", kind('encrypted: "false"'))).toBe("fail");
  });
});

describe("mesh", () => {
  const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }";
  const authentication = (spec: string, home: string) =>
    object("security.istio.io/v1", "PeerAuthentication", "default", `spec: ${spec}`, home);
  const STRICT = "{ mtls: { mode: STRICT } }";
  const web = deployment("web", "", PORT);

  test("no mesh is unknown", () => {
    for (const id of ["ZT21", "ZT22", "ZT23", "ZT24"]) expect(verdict(id, web)).toBe("unknown");
  });

  test("of Linkerd is one, seen by its policies alone", () => {
    const server = object("policy.linkerd.io/v1beta3", "Server", "web", "spec: {}");
    for (const objects of [[web], [web, server]]) expect(verdict("ZT21", ...objects)).toBe("unknown");
    expect(row("ZT21", web).because).toBe("the input shows no service mesh");
    expect(row("ZT21", web, server).because).toBe("objects of linkerd are not evaluated");
  });

  test("strict is what the nearest scope says; PERMISSIVE where none does", () => {
    expect(verdict("ZT21", namespace, web, authentication(STRICT, "istio-system"))).toBe("pass");
    expect(verdict("ZT21", namespace, web, authentication("{}", "shop"))).toBe("fail");
    expect(
      verdict(
        "ZT21",
        namespace,
        web,
        authentication(STRICT, "istio-system"),
        authentication("{ mtls: { mode: UNSET } }", "shop"),
      ),
    ).toBe("pass");
    expect(
      verdict(
        "ZT21",
        namespace,
        web,
        authentication(STRICT, "istio-system"),
        authentication("{ mtls: { mode: PERMISSIVE } }", "shop"),
      ),
    ).toBe("fail");
  });

  test("a selector in the root namespace is not for the mesh, and a port can be a hole", () => {
    const selecting = authentication(
      "{ selector: { matchLabels: { app: web } }, mtls: { mode: STRICT } }",
      "istio-system",
    );
    expect(verdict("ZT21", namespace, web, selecting)).toBe("fail");
    const hole = `{ selector: { matchLabels: { app: web } }, mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: DISABLE } } }`;
    expect(row("ZT21", namespace, web, authentication(hole, "shop")).evidence[0]?.says).toContain("port 8080");
  });

  test("a workload outside the mesh takes plain text whatever the mesh asks", () => {
    const out = deployment("web", "", PORT, "shop", ', annotations: { sidecar.istio.io/inject: "false" }');
    expect(verdict("ZT21", namespace, out, authentication(STRICT, "istio-system"))).toBe("fail");
    expect(verdict("ZT22", namespace, out)).toBe("warn");
    expect(verdict("ZT22", namespace, web)).toBe("pass");
    const excluded = deployment(
      "web",
      "",
      PORT,
      "shop",
      ', annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8080" }',
    );
    expect(verdict("ZT22", namespace, excluded)).toBe("warn");
  });

  test("an ALLOW policy for every workload denies the rest; a rule without conditions allows everything", () => {
    const allow = (spec: string) => object("security.istio.io/v1", "AuthorizationPolicy", "allow", `spec: ${spec}`);
    expect(verdict("ZT23", namespace, web)).toBe("fail");
    expect(verdict("ZT23", namespace, web, allow("{}"))).toBe("pass");
    expect(verdict("ZT23", namespace, web, allow("{ rules: [{}] }"))).toBe("fail");
    expect(
      verdict("ZT23", namespace, web, allow('{ action: DENY, rules: [{ to: [{ operation: { paths: ["/x"] } }] }] }')),
    ).toBe("fail");
  });

  test("both layers are held against each other, caller by caller", () => {
    const allow = object(
      "security.istio.io/v1",
      "AuthorizationPolicy",
      "db",
      'spec: { selector: { matchLabels: { app: db } }, action: ALLOW, rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/api"] } }] }] }',
    );
    const account = (name: string) => deployment(name, `, serviceAccountName: ${name}`, PORT);
    const all = [namespace, authentication(STRICT, "shop"), account("db"), account("api"), account("web"), allow];
    const admits = (name: string) =>
      object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "db",
        `spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${name} } } }] }] }`,
      );
    const said = (...more: readonly string[]) => {
      const { verdict: is, evidence } = row("ZT24", ...all, ...more);
      return [is, ...evidence.map(({ object: at, says }) => `${at} ${says}`)];
    };
    expect(said()).toEqual(["warn", "shop/Deployment/db the mesh alone keeps out shop/web"]);
    expect(said(admits("api"))).toEqual(["pass"]);
    expect(said(admits("web"))).toEqual([
      "warn",
      "shop/Deployment/db the mesh alone keeps out shop/web and network policies alone keep out shop/api",
    ]);
    expect(verdict("ZT24", namespace, account("db"), account("web"))).toBe("unknown");
  });

  test("encryption between nodes is what the plugin is told", () => {
    const felix = (spec: string) =>
      `apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: { name: default }\nspec: ${spec}`;
    expect(verdict("ZT25", felix("{ wireguardEnabled: true }"))).toBe("pass");
    expect(verdict("ZT25", felix("{}"))).toBe("warn");
    expect(verdict("ZT30", felix("{ flowLogsFileEnabled: true }"))).toBe("pass");
    expect(verdict("ZT30", felix("{}"))).toBe("unknown");
    const cilium = (data: string) => object("v1", "ConfigMap", "cilium-config", `data: { ${data} }`, "kube-system");
    expect(verdict("ZT25", web)).toBe("unknown");
    expect(verdict("ZT25", cilium('enable-wireguard: "true"'))).toBe("pass");
    expect(verdict("ZT25", cilium('enable-wireguard: "false"'))).toBe("warn");
    expect(verdict("ZT30", cilium('enable-hubble: "true"'))).toBe("pass");
  });
});

describe("pods", () => {
  const HARD =
    ", securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, seccompProfile: { type: RuntimeDefault }, capabilities: { drop: [ALL] } }";

  test("PodSecurityPolicy fails, by its objects and by the right to use one", () => {
    expect(verdict("ZT26", object("policy/v1beta1", "PodSecurityPolicy", "p", "spec: {}"))).toBe("fail");
    const use = "{ apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use] }";
    expect(verdict("ZT26", role("psp", use), binding("psp"))).toBe("fail");
  });

  test.each([
    [", hostNetwork: true", HARD, "fail"],
    [", hostPID: true", HARD, "fail"],
    [", volumes: [{ name: h, hostPath: { path: /var/log } }]", HARD, "fail"],
    [", securityContext: { sysctls: [{ name: kernel.msgmax, value: x }] }", HARD, "fail"],
    ["", ", livenessProbe: { httpGet: { host: 203.0.113.7, port: 80 } }", "fail"],
    ["", ", securityContext: { capabilities: { add: [NET_ADMIN] } }", "fail"],
    ["", ", securityContext: { capabilities: { add: [CHOWN] } }", "warn"],
    ["", ", securityContext: { seLinuxOptions: { user: root } }", "fail"],
    ["", "", "warn"],
    ["", HARD, "pass"],
    ["", HARD.replace("drop: [ALL]", "drop: [ALL], add: [NET_BIND_SERVICE]"), "pass"],
    [", volumes: [{ name: n, nfs: { server: s, path: / } }]", HARD, "warn"],
    [", volumes: [{ name: d, downwardAPI: {} }]", HARD, "pass"],
    [
      ", securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }",
      ", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }",
      "pass",
    ],
    [", os: { name: windows }", ", securityContext: { runAsNonRoot: true }", "pass"],
  ])("a pod with%s%s comes to %3$s", (pod, container, expected) => {
    expect(verdict("ZT27", deployment("web", pod, container))).toBe(expected);
  });

  test("namespaces that enforce nothing fail, or warn where another engine may", () => {
    const namespace = (label: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { ${label} } }`;
    const enforce = "pod-security.kubernetes.io/enforce";
    const kyverno = object("kyverno.io/v1", "ClusterPolicy", "p", "spec: {}");
    expect(verdict("ZT28", deployment("web"))).toBe("unknown");
    expect(verdict("ZT28", deployment("web"), namespace(""))).toBe("fail");
    expect(verdict("ZT28", deployment("web"), namespace(""), kyverno)).toBe("warn");
    expect(verdict("ZT28", deployment("web"), namespace(`${enforce}: baseline`))).toBe("pass");
    expect(verdict("ZT28", deployment("web"), namespace(`${enforce}: restricted`))).toBe("warn");
  });

  test("a tag is no digest", () => {
    expect(verdict("ZT34", deployment("web"))).toBe("warn");
    const pinned = deployment("web").replace("image: main", `image: main:1@sha256:${"a".repeat(64)}`);
    expect(verdict("ZT34", pinned)).toBe("pass");
  });
});

describe("the rest", () => {
  test("monitoring that is there passes, and fails where policies keep it out", () => {
    const prometheus = deployment("prometheus", "", "", "monitoring").replace("image: main", "image: prom/prometheus");
    const scraped = deployment(
      "web",
      "",
      PORT,
      "shop",
      ', annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080" }',
    );
    const deny = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "deny",
      "spec: { podSelector: {}, policyTypes: [Ingress] }",
    );
    expect(verdict("ZT29", scraped)).toBe("unknown");
    expect(verdict("ZT29", scraped, prometheus)).toBe("pass");
    expect(verdict("ZT29", scraped, prometheus, deny)).toBe("fail");
  });

  test("a weaker environment that reaches a stronger one fails", () => {
    expect(verdict("ZT32", deployment("a", "", "", "dev"), deployment("b", "", "", "prod"))).toBe("fail");
    expect(verdict("ZT32", deployment("a", "", "", "default"))).toBe("warn");
    expect(verdict("ZT32", deployment("a"))).toBe("pass");
    const of = (stage: string) =>
      deployment(stage, "", "", "shop").replaceAll(`app: ${stage}`, `app: ${stage}, env: ${stage}`);
    const apart = object("networking.k8s.io/v1", "NetworkPolicy", "deny", "spec: { podSelector: {} }");
    expect(row("ZT32", of("dev"), of("prod"), apart)).toMatchObject({
      verdict: "warn",
      evidence: [{ object: "Namespace shop", says: "has workloads of development and production" }],
    });
  });

  test("an agent has to tolerate the taints of the nodes there are", () => {
    const agent = (pod: string) => deployment("falco", pod).replace("kind: Deployment", "kind: DaemonSet");
    const anywhere = ", tolerations: [{ operator: Exists }]";
    const node =
      "apiVersion: v1\nkind: Node\nmetadata: { name: n1 }\nspec: { taints: [{ key: gpu, value: yes, effect: NoSchedule }] }";
    expect(verdict("ZT33", deployment("web"))).toBe("unknown");
    expect(verdict("ZT33", agent(""))).toBe("warn");
    expect(verdict("ZT33", agent(anywhere))).toBe("pass");
    expect(verdict("ZT33", agent(""), node)).toBe("fail");
    expect(verdict("ZT33", agent(anywhere), node)).toBe("pass");
  });

  test("what enforces policies is named, absent or unknown", () => {
    const plugin = (name: string) =>
      deployment(name, "", "", "kube-system").replace("kind: Deployment", "kind: DaemonSet");
    expect(verdict("ZT37", deployment("web"))).toBe("unknown");
    expect(verdict("ZT37", plugin("calico-node"))).toBe("pass");
    expect(verdict("ZT37", plugin("kube-flannel-ds"))).toBe("fail");
    expect(verdict("ZT37", plugin("aws-node"))).toBe("warn");
  });

  test("accounts that may change policies warn", () => {
    const editor = role("editor", "{ apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [update] }");
    expect(verdict("ZT38", editor, binding("editor"))).toBe("warn");
    expect(verdict("ZT38", role("reader", READ), binding("reader"))).toBe("pass");
  });

  test("what no manifest decides is said not to be assessable", () => {
    expect([verdict("ZT35", deployment("web")), verdict("ZT36", deployment("web"))]).toEqual([
      "not-assessable",
      "not-assessable",
    ]);
  });
});
