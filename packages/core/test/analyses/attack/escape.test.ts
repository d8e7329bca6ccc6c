import { describe, expect, test } from "vitest";
import { documents, edgesOf, object, pod } from "./edges.ts";

const escapes = (given: Parameters<typeof pod>[1]) => edgesOf(pod("a", given), ALL);
const ALL = [
  "ESC-PRIV",
  "ESC-PID",
  "ESC-PIDREAD",
  "ESC-MOD",
  "ESC-SOCK",
  "ESC-HP-W",
  "ESC-HP-R",
  "ESC-LOG",
  "ESC-CORE",
];

const hostPath = (path: string, readOnly = false, user = 0) => ({
  spec: `volumes: [{ name: h, hostPath: { path: ${path} } }]`,
  container: `volumeMounts: [{ name: h, mountPath: /h, readOnly: ${readOnly} }], securityContext: { runAsUser: ${user} }`,
});
/** What the log directory leads to has tests of its own. */
const withoutLogs = (given: Parameters<typeof pod>[1]) => escapes(given).filter((edge) => !edge.startsWith("ESC-LOG"));

describe("ESC-PRIV", () => {
  test("a privileged container controls its node", () => {
    expect(escapes({ container: "securityContext: { privileged: true }" })).toEqual(["ESC-PRIV a → node:* (1 proved)"]);
    expect(escapes({ container: "securityContext: { privileged: true }", spec: "nodeName: n1" })).toEqual([
      "ESC-PRIV a → node:n1 (1 proved)",
    ]);
  });

  test("one that is not does not", () => {
    expect(escapes({ container: "securityContext: { privileged: false }" })).toEqual([]);
  });
});

describe("ESC-PID", () => {
  const both = "securityContext: { capabilities: { add: [SYS_PTRACE, SYS_ADMIN] } }";

  test("takes the node's processes and both capabilities", () => {
    expect(escapes({ spec: "hostPID: true", container: both })).toContain("ESC-PID a → node:* (2 conditional)");
    expect(escapes({ container: both }).filter((edge) => edge.startsWith("ESC-PID"))).toEqual([]);
    expect(
      escapes({ spec: "hostPID: true", container: "securityContext: { capabilities: { add: [SYS_PTRACE] } }" }),
    ).toEqual(["ESC-PIDREAD a → variables on node:* (2 conditional)"]);
  });

  test("is certain where AppArmor is off", () => {
    const unconfined =
      "securityContext: { capabilities: { add: [SYS_PTRACE, SYS_ADMIN] }, appArmorProfile: { type: Unconfined } }";
    expect(escapes({ spec: "hostPID: true", container: unconfined })).toContain("ESC-PID a → node:* (2 proved)");
  });

  test.each([
    ["RuntimeDefault", undefined],
    ["Localhost", "ESC-PID a → node:* (2 conditional)"],
  ])("depends on the profile %s", (type, expected) => {
    const container = both.replace("{ cap", `{ appArmorProfile: { type: ${type} }, cap`);
    expect(escapes({ spec: "hostPID: true", container }).find((edge) => edge.startsWith("ESC-PID a → node"))).toBe(
      expected,
    );
  });

  test("the annotation counts where the field says nothing", () => {
    const meta = (value: string) => `annotations: { container.apparmor.security.beta.kubernetes.io/c: ${value} }`;
    const tracing = (given: Parameters<typeof pod>[1]) =>
      escapes({ spec: "hostPID: true", ...given }).filter((edge) => edge.startsWith("ESC-PID a → node"));
    expect(tracing({ container: both, meta: meta("unconfined") })).toEqual(["ESC-PID a → node:* (2 proved)"]);
    expect(tracing({ container: both, meta: meta("runtime/default") })).toEqual([]);
    const field = both.replace("{ cap", "{ appArmorProfile: { type: RuntimeDefault }, cap");
    expect(tracing({ container: field, meta: meta("unconfined") })).toEqual([]);
  });

  test("is more certain on nodes from before Kubernetes 1.31", () => {
    const node = (name: string, version: string) =>
      object("v1", "Node", name, `status: { nodeInfo: { kubeletVersion: ${version} } }`, "");
    const on = (placed: string, ...nodes: readonly string[]) =>
      edgesOf(documents(pod("a", { spec: `hostPID: true${placed}`, container: both }), ...nodes), ["ESC-PID"]);
    const [old, current] = [node("n1", "v1.30.4"), node("n2", "v1.31.0")];
    expect(on("", old)).toEqual(["ESC-PID a → node:* (2 assumed)"]);
    expect(on("", old, current)).toEqual(["ESC-PID a → node:* (2 conditional)"]);
    expect(on(", nodeName: n1", old, current)).toEqual(["ESC-PID a → node:n1 (2 assumed)"]);
    expect(on(", nodeName: n2", old, current)).toEqual(["ESC-PID a → node:n2 (2 conditional)"]);
  });
});

test("ESC-PIDREAD takes the node's processes", () => {
  expect(escapes({ spec: "hostPID: true" })).toEqual(["ESC-PIDREAD a → variables on node:* (2 conditional)"]);
  expect(escapes({ spec: "shareProcessNamespace: true" })).toEqual([]);
});

test("ESC-MOD takes a capability to load modules", () => {
  const added = (capability: string) => ({ container: `securityContext: { capabilities: { add: [${capability}] } }` });
  expect(escapes(added("SYS_MODULE"))).toEqual(["ESC-MOD a → node:* (1 proved)"]);
  expect(escapes(added("SYS_ADMIN"))).toEqual(["ESC-MOD a → node:* (3 conditional)"]);
  expect(escapes(added("NET_ADMIN"))).toEqual([]);
});

describe("host paths", () => {
  test.each([
    [
      "/",
      ["ESC-CORE a → node:* (2 proved)", "ESC-HP-R a → tokens on node:* (1 proved)", "ESC-HP-W a → node:* (1 proved)"],
    ],
    ["/etc", ["ESC-HP-W a → node:* (1 proved)"]],
    ["/var/lib/kubelet", ["ESC-HP-R a → tokens on node:* (1 proved)", "ESC-HP-W a → node:* (1 proved)"]],
    ["/var/run/docker.sock", ["ESC-SOCK a → node:* (1 proved)"]],
    ["/run/containerd", ["ESC-HP-W a → node:* (3 conditional)", "ESC-SOCK a → node:* (1 assumed)"]],
    ["/var/run", ["ESC-HP-W a → node:* (1 proved)", "ESC-SOCK a → node:* (1 assumed)"]],
    ["/opt/app", ["ESC-HP-W a → node:* (3 conditional)"]],
    ["/etc/../tmp/x", []],
    ["/mnt/data", []],
    ["/etc/localtime", []],
  ])("%s mounted for writing", (path, expected) => {
    expect(withoutLogs(hostPath(path))).toEqual(expected);
  });

  test.each([
    ["/", ["ESC-HP-R a → tokens on node:* (1 proved)", "ESC-SOCK a → node:* (1 assumed)"]],
    ["/var/lib/kubelet/pods", ["ESC-HP-R a → tokens on node:* (1 proved)"]],
    ["/var/run/docker.sock", ["ESC-SOCK a → node:* (1 proved)"]],
    ["/etc", []],
    ["/var/lib/kubelet/plugins", []],
  ])("%s mounted for reading", (path, expected) => {
    expect(withoutLogs(hostPath(path, true))).toEqual(expected);
  });

  test.each([
    ["/etc", ["ESC-HP-W a → node:* (1 conditional)"]],
    ["/var/lib/kubelet/pods", ["ESC-HP-R a → tokens on node:* (1 conditional)", "ESC-HP-W a → node:* (3 conditional)"]],
    ["/var/run/docker.sock", ["ESC-SOCK a → node:* (1 conditional)"]],
    ["/run/containerd", ["ESC-HP-W a → node:* (3 conditional)", "ESC-SOCK a → node:* (1 conditional)"]],
    ["/proc/sys/kernel", ["ESC-CORE a → node:* (2 conditional)", "ESC-HP-W a → node:* (3 conditional)"]],
  ])("%s takes that its files are open to a user who is not root", (path, expected) => {
    expect(escapes(hostPath(path, false, 1000))).toEqual(expected);
  });

  test("a volume no container mounts leads nowhere", () => {
    expect(escapes({ spec: "volumes: [{ name: h, hostPath: { path: / } }]" })).toEqual([]);
  });

  test("a subpath is what is had, by each mount", () => {
    const sub = (path: string, more = "") => `volumeMounts: [{ name: h, mountPath: /h, subPath: ${path} }${more}]`;
    const spec = "volumes: [{ name: h, hostPath: { path: / } }]";
    expect(escapes({ spec, container: sub("tmp/x") })).toEqual([]);
    expect(escapes({ spec, container: sub("tmp/x", ", { name: h, mountPath: /i, subPath: etc }") })).toEqual([
      "ESC-HP-W a → node:* (1 proved)",
    ]);
  });
});

test("ESC-LOG takes root and the log directory", () => {
  const logs = (user: string) => ({
    spec: "volumes: [{ name: h, hostPath: { path: /var/log } }]",
    container: `volumeMounts: [{ name: h, mountPath: /h, readOnly: true }], securityContext: { ${user} }`,
  });
  expect(escapes(logs("runAsUser: 0"))).toEqual(["ESC-LOG a → tokens on node:* (2 conditional)"]);
  expect(escapes(logs(""))).toEqual(["ESC-LOG a → tokens on node:* (2 conditional)"]);
  expect(escapes(logs("runAsUser: 1000"))).toEqual([]);
  expect(escapes(logs("runAsNonRoot: true"))).toEqual([]);
});
