import { parse as parseYaml } from "yaml";
import { type Cluster, type Options, parse, UPSTREAM } from "../../src/index.ts";
import type { OracleEnd, OracleFlow } from "../oracle/context.ts";
import { everyPod } from "../oracle/pods.ts";

/**
 * A truth table as a file. Everything but `title`, `rules` and some flow with its table is optional.
 *
 * `steps` change what is above them, one after the other, and ask again. Labels of a pod or namespace are its whole value, or under
 * `labels` beside other fields.
 */
export interface CaseFile extends Step {
  readonly title: string;
  readonly source?: string;
  /** Rules of the specification it shows. */
  readonly rules: readonly string[];
  readonly steps?: readonly Step[];
}

export interface Step extends Partial<Check> {
  readonly say?: string;
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Namespaces that the input has no object for. */
  readonly undeclared?: readonly string[];
  readonly nodes?: Readonly<Record<string, string>>;
  readonly pods?: Readonly<Record<string, PodEntry>>;
  readonly policies?: string;
  /** Any further manifests, such as workloads. */
  readonly manifests?: string;
  readonly options?: Partial<Options>;
  /** The API server would refuse something here, so it has no effect. */
  readonly rejects?: boolean;
  readonly checks?: readonly Check[];
}

/**
 * A flow and its table: the first line names destinations, every further one a source. `.` is allowed, `X` denied, `-` not asked. With
 * `~` before it the verdict is implementation-defined, with `?` unknown, with `!` specified; without a mark either may be.
 */
export interface Check {
  /** `TCP 80`, `UDP 53`, `ICMP`. */
  readonly flow: string;
  readonly table: string;
  readonly family?: "IPv4" | "IPv6";
}

type PodEntry = Readonly<Record<string, string>> | PodFields;

interface PodFields {
  readonly labels: Readonly<Record<string, string>>;
  /** `http TCP 8080`, or `http TCP 8080 sidecar` for another kind of container. */
  readonly ports?: readonly string[];
  readonly ip?: string | readonly string[];
  readonly node?: string;
  readonly hostNetwork?: boolean;
}

/** One cell of one table of one step. */
export interface Cell {
  readonly where: string;
  readonly cluster: Cluster;
  readonly options: Options;
  readonly flow: OracleFlow;
  readonly allowed: boolean;
  readonly certainty?: "specified" | "implementation-defined" | "unknown";
}

export function readCase(text: string): CaseFile {
  return parseYaml(text) as CaseFile;
}

/** Every cell that has an answer. */
export function cellsOf(file: CaseFile): readonly Cell[] {
  const { title: _, source: __, rules: ___, steps, ...first } = file;
  const all: Step[] = [first];
  for (const step of steps ?? []) {
    const { flow: _, table: __, checks: ___, ...before } = all[all.length - 1] ?? first;
    all.push({
      ...before,
      ...step,
      pods: { ...before.pods, ...step.pods },
      namespaces: { ...before.namespaces, ...step.namespaces },
    });
  }
  return all.flatMap((step, number) => cellsOfStep(step, `step ${number}`));
}

function cellsOfStep(step: Step, where: string): readonly Cell[] {
  const { flow, table } = step;
  const checks = [
    ...(flow !== undefined && table !== undefined ? [{ ...step, flow, table }] : []),
    ...(step.checks ?? []),
  ];
  if (checks.length === 0) return [];
  const options = { ...UPSTREAM, ...step.options };
  const { cluster, diagnostics } = parse([{ path: "case.yaml", text: manifestsOf(step) }], options);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0 !== (step.rejects ?? false)) {
    throw new Error(errors.map(({ message }) => message).join("; ") || "nothing was refused");
  }
  return checks.flatMap((check) => cellsOfTable(check, { where, cluster, options }));
}

function cellsOfTable(check: Check, base: Pick<Cell, "where" | "cluster" | "options">): readonly Cell[] {
  const [header = [], ...rows] = check.table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first);
  const [protocol, port] = check.flow.split(" ");
  const about: Pick<OracleFlow, "protocol" | "port" | "family"> = {
    protocol: protocol === "ICMP" ? "other" : (protocol as OracleFlow["protocol"]),
    ...(port !== undefined && { port: Number(port) }),
    ...(check.family && { family: check.family }),
  };
  const cells: Cell[] = [];
  for (const [from = "", ...answers] of rows) {
    if (answers.length !== header.length - 1) throw new Error(`the row of ${from} has ${answers.length} cells`);
    answers.forEach((answer, column) => {
      const to = header[column + 1] ?? "";
      const [, mark, verdict] = /^([~?!]?)([.X])$/.exec(answer) ?? [];
      if (answer === "-") return;
      if (!verdict) throw new Error(`what is ${answer}?`);
      const certainty = MARKS[mark ?? ""];
      cells.push({
        ...base,
        where: `${base.where}: ${from} → ${to} ${check.flow}`,
        flow: { source: endOf(from, base.cluster), destination: endOf(to, base.cluster), ...about },
        allowed: verdict === ".",
        ...(certainty && { certainty }),
      });
    });
  }
  return cells;
}

const MARKS: Readonly<Record<string, Cell["certainty"]>> = {
  "!": "specified",
  "~": "implementation-defined",
  "?": "unknown",
};

function endOf(text: string, cluster: Cluster): OracleEnd {
  if (!text.includes("/")) return { address: text };
  const [name, ordinal] = text.split("#");
  const pods = everyPod(cluster).filter(({ of }) => `${of.namespace}/${of.name}` === name);
  const pod = pods.find(({ id }) => ordinal === undefined || id.endsWith(`#${ordinal}`));
  if (!pod) throw new Error(`no pod is called ${text}`);
  return { pod: pod.of.id, replica: pod.replica };
}

function manifestsOf({ namespaces = {}, undeclared = [], nodes = {}, pods = {}, policies = "", manifests = "" }: Step) {
  const names = [...new Set([...Object.keys(namespaces), ...Object.keys(pods).map((id) => id.split("/")[0] ?? "")])];
  const objects = [
    ...names
      .filter((name) => !undeclared.includes(name))
      .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: namespaces[name] ?? {} } })),
    ...Object.entries(nodes).map(([name, address]) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: [{ type: "InternalIP", address }] },
    })),
    ...Object.entries(pods).map(([id, entry]) => podManifest(id, entry, nodes)),
  ];
  return [...objects.map((object) => JSON.stringify(object)), policies, manifests].filter((it) => it).join("\n---\n");
}

function podManifest(id: string, entry: PodEntry, nodes: Readonly<Record<string, string>>) {
  const [namespace, name] = id.split("/");
  const {
    labels,
    ports = [],
    ip = [],
    node,
    hostNetwork,
  }: PodFields = typeof entry.labels === "object"
    ? (entry as PodFields)
    : { labels: entry as Readonly<Record<string, string>> };
  const declared = ports.map((text) => {
    const [portName, protocol, number, container = "main"] = text.split(" ");
    return { container, port: { name: portName, protocol, containerPort: Number(number) } };
  });
  const portsOf = (kind: string) => declared.filter(({ container }) => container === kind).map(({ port }) => port);
  const ips = [ip].flat();
  const hostIP = node === undefined ? undefined : nodes[node];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, labels },
    spec: {
      containers: [{ name: "main", image: "app", ports: portsOf("main") }],
      initContainers: [
        { name: "sidecar", image: "app", restartPolicy: "Always", ports: portsOf("sidecar") },
        { name: "init", image: "app", ports: portsOf("init") },
      ],
      ...(node !== undefined && { nodeName: node }),
      ...(hostNetwork && { hostNetwork }),
    },
    ...(ips.length > 0 && {
      status: {
        phase: "Running",
        podIP: ips[0],
        podIPs: ips.map((address) => ({ ip: address })),
        ...(hostIP !== undefined && { hostIP, hostIPs: [{ ip: hostIP }] }),
      },
    }),
  };
}
