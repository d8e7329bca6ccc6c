import { isPartOf } from "../../engine/endpoints.ts";
import type { Pod, Workload } from "../../model/cluster.ts";
import type { Span } from "../../model/source.ts";
import { accountName } from "./accounts.ts";
import type { Declared } from "./declared.ts";
import { cloudRoles } from "./edges/cloud.ts";
import { EXFILTRATION, NODE_ROLE } from "./edges/network.ts";
import { ADMIN } from "./edges/powers.ts";
import { isValuable } from "./edges/secrets.ts";
import type { FactIndex, StepCertainty } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import { type KnownContent, secretName } from "./knowledge.ts";
import type { Site } from "./site.ts";
import type { UnseenSecret } from "./unseen-secrets.ts";
import { consoleReason, storeReason } from "./well-known.ts";

/** Something worth protecting, and who says so. */
export interface Jewel {
  readonly fact: FactIndex;
  readonly reason: "declared" | "admin" | "node" | "store" | "console" | "cloud" | "secret" | "exfiltration";
  /** `declared`: by a person. `inferred`: from what things usually are. */
  readonly provenance: "declared" | "inferred";
  readonly because: string;
  readonly span?: Span;
}

/** The annotation, or label, by which a workload, its pods or a Secret are declared a jewel. */
export const JEWEL_ANNOTATION = "watertight.dev/jewel";

/**
 * What is declared a jewel, then what is inferred to be one, the Secrets among them that the input only speaks of.
 * Source: docs/attack-paths.md "Jewels".
 */
export function jewelsOf(
  site: Site,
  options: {
    readonly edges: "network" | "all";
    readonly jewels: readonly string[];
    readonly certainty: StepCertainty;
    readonly declared: Pick<Declared, "jewels">;
  },
  unseen: readonly UnseenSecret[],
): readonly Jewel[] {
  const declared = [
    ...declaredJewels(site),
    ...namedJewels(site, options.jewels),
    ...filedJewels(site, options.declared),
  ];
  const inferred = [
    ...wellKnownJewels(site),
    ...(options.edges === "all" ? [...worldlyJewels(site, unseen), ...cloudJewels(site, options.certainty)] : []),
  ];
  return [...new Map([...inferred, ...declared].map((jewel) => [jewel.fact, jewel])).values()].sort(
    (a, b) => RANK.indexOf(a.reason) - RANK.indexOf(b.reason) || a.fact - b.fact,
  );
}

/** From the most precious on. */
const RANK: readonly Jewel["reason"][] = [
  "declared",
  "admin",
  "node",
  "store",
  "console",
  "cloud",
  "secret",
  "exfiltration",
];

/** What owning, or in mode `reach` reaching, a workload is called. */
function heldFact({ builder, mode }: Site, { own, id }: Foothold): FactIndex {
  return mode === "reach" ? builder.fact("reach", `reach:${id}`) : own;
}

function declaredJewels(site: Site): readonly Jewel[] {
  const { builder, cluster, footholds } = site;
  const workloads = new Map(cluster.workloads.map((workload) => [workload.id, workload]));
  const declared = { reason: "declared", provenance: "declared", because: `annotated ${JEWEL_ANNOTATION}` } as const;
  const own = footholds.flatMap((foothold) => {
    const [pod] = foothold.pods;
    const workload = pod && workloads.get(pod.workload);
    return isAnnotatedJewel(workload, pod)
      ? [{ ...declared, fact: heldFact(site, foothold), ...(workload && { span: workload.span }) }]
      : [];
  });
  const secrets = cluster.storage.secrets
    .filter(({ annotations }) => isDeclared(annotations.get(JEWEL_ANNOTATION)))
    .map(({ namespace, name, span }) => ({
      ...declared,
      fact: builder.fact("know", secretName(namespace, name)),
      span,
    }));
  return [...own, ...secrets];
}

/** Whether an annotation or label of a workload, or of a pod of it, declares it a jewel. */
export function isAnnotatedJewel(workload: Workload | undefined, pod: Pod | undefined): boolean {
  const said = [workload?.annotations, workload?.labels, pod?.annotations, pod?.labels.values];
  return said.some((map) => isDeclared(map?.get(JEWEL_ANNOTATION)));
}

function isDeclared(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}

function namedJewels(site: Site, names: readonly string[]): readonly Jewel[] {
  const { builder, footholds } = site;
  return names.flatMap((name): readonly Jewel[] => {
    const foothold = footholds.find(({ id }) => id === name);
    const fact = foothold
      ? heldFact(site, foothold)
      : /^(?:secret|configmap):/.test(name)
        ? builder.fact("know", name)
        : name.startsWith("node:")
          ? builder.fact("root", name)
          : undefined;
    return fact === undefined ? [] : [{ fact, reason: "declared", provenance: "declared", because: "declared" }];
  });
}

function filedJewels(site: Site, { jewels }: Pick<Declared, "jewels">): readonly Jewel[] {
  return jewels.flatMap(({ fact: { kind, name }, because, span }) => {
    const facts =
      kind === "own"
        ? site.footholds.filter(({ endpoint }) => isPartOf(name, endpoint)).map((one) => heldFact(site, one))
        : [site.builder.fact(kind, name)];
    return facts.map((fact): Jewel => ({ fact, reason: "declared", provenance: "declared", because, span }));
  });
}

function wellKnownJewels(site: Site): readonly Jewel[] {
  return site.footholds.flatMap((foothold): readonly Jewel[] => {
    const span = foothold.pods[0]?.span;
    const base = { fact: heldFact(site, foothold), provenance: "inferred", ...(span && { span }) } as const;
    const store = firstOf(foothold, (pod) => storeReason(pod, foothold.kind));
    if (store !== undefined) return [{ ...base, reason: "store", because: store }];
    const console = firstOf(foothold, consoleReason);
    return console === undefined ? [] : [{ ...base, reason: "console", because: console }];
  });
}

/** Whether a workload is a store of data or keys, as far as can be inferred. */
export function isStore(foothold: Foothold): boolean {
  return firstOf(foothold, (pod) => storeReason(pod, foothold.kind)) !== undefined;
}

function firstOf({ pods }: Foothold, reasonOf: (pod: Pod) => string | undefined): string | undefined {
  return pods.map(reasonOf).find((reason) => reason !== undefined);
}

/** Roles in a cloud that an account of the input is given; and that of nodes, where answers of the metadata service are counted on. */
function cloudJewels({ builder, cluster }: Site, certainty: StepCertainty): readonly Jewel[] {
  const base = { reason: "cloud", provenance: "inferred" } as const;
  const given = cluster.identities.serviceAccounts.flatMap((account) =>
    cloudRoles(account).map(
      ({ role, key }): Jewel => ({
        ...base,
        fact: builder.fact("cloud", role),
        because: `${accountName(account)} is annotated with ${key}`,
        span: account.span,
      }),
    ),
  );
  const ofNodes: Jewel = {
    ...base,
    fact: builder.fact("cloud", NODE_ROLE),
    because: "what the metadata service gives nodes",
  };
  return certainty === "conditional" ? [...given, ofNodes] : given;
}

const HOLDS: { readonly [K in KnownContent["content"]["kind"]]: string } = {
  token: "a ServiceAccount's token in a ConfigMap",
  kubeconfig: "a kubeconfig with a login in a ConfigMap",
  "private-key": "a private key in a ConfigMap",
  login: "an address with a password in a ConfigMap",
};

/** What is precious in any cluster. */
function worldlyJewels(
  { builder, cluster, nodes, knowledge }: Site,
  unseen: readonly UnseenSecret[],
): readonly Jewel[] {
  const inferred = { provenance: "inferred" } as const;
  const secrets = cluster.storage.secrets
    .filter((secret) => isValuable(secret))
    .map(({ namespace, name, type, span }): Jewel => {
      const fact = builder.fact("know", secretName(namespace, name));
      return { ...inferred, fact, reason: "secret", because: `a Secret of type ${type}`, span };
    });
  const configured = knowledge
    .inConfigMaps("*")
    .map(
      ({ fact, content, span }): Jewel => ({ ...inferred, fact, reason: "secret", because: HOLDS[content.kind], span }),
    );
  return [
    { ...inferred, fact: builder.fact("admin", ADMIN), reason: "admin", because: "whoever has it has everything" },
    ...nodes.all.map(
      (node): Jewel => ({ ...inferred, fact: nodes.root(node), reason: "node", because: "a node holds its pods" }),
    ),
    ...secrets,
    ...unseen.map((one): Jewel => ({ ...inferred, ...one, reason: "secret" })),
    ...configured,
    {
      ...inferred,
      fact: builder.fact("exfiltrate", EXFILTRATION),
      reason: "exfiltration",
      because: "data leaves the cluster",
    },
  ];
}
