import type { Namespace, Pod } from "../../../model/cluster.ts";
import type { FindingContext } from "../../findings/context.ts";
import { isSystem } from "../../findings/severity.ts";
import { spanOf } from "../../findings/subjects.ts";
import { listed } from "../../findings/words.ts";
import { boundRoles, roleTitle } from "./bound-roles.ts";
import {
  isStricter,
  POD_SECURITY_LEVELS,
  type PodSecurity,
  type PodSecurityLevel,
  podSecurity,
} from "./pod-security.ts";
import { type AuditRule, against, type Evidence, some, unknown } from "./row.ts";

const TOPIC = "pods and images";

export const removedPolicies: AuditRule = {
  id: "ZT26",
  topic: TOPIC,
  claim: "Nothing relies on PodSecurityPolicy, which Kubernetes 1.25 removed",
  controls: { CIS: ["5.2.1"] },
  look(context) {
    const { controls } = context.cluster;
    const objects = controls.podSecurityPolicies.map(({ name, span }) => ({
      object: `PodSecurityPolicy ${name}`,
      says: "has no effect on clusters of today, and never had a say in the integrity of images",
      span,
    }));
    const uses = boundRoles(context.cluster).flatMap(({ role }): readonly Evidence[] => {
      const rule = role?.rules.find(
        ({ resources, verbs }) => resources.includes("podsecuritypolicies") && verbs.includes("use"),
      );
      return role && rule
        ? [{ object: roleTitle(role), says: "allows the use of a PodSecurityPolicy", span: rule.span }]
        : [];
    });
    return against(
      "fail",
      [...objects, ...uses],
      "what these forbid is not forbidden; label namespaces for Pod Security in their place",
      "the input has none",
    );
  },
};

/** The laxest pod of each workload outside system namespaces. */
function levelsOf(context: FindingContext) {
  return context.subjects.flatMap((subject) => {
    const pods = subject.members.flatMap(({ pods }) => pods);
    const [first, ...more] = [...new Map(pods.map((pod) => [pod.spec, pod])).values()].map(podSecurity);
    if (!first || isSystem(subject.namespace ?? "")) return [];
    const security = more.reduce((laxest, one) => (isStricter(laxest.level, one.level) ? one : laxest), first);
    return [{ subject, security }];
  });
}

/** How many workloads there are of each level. */
function levelCounts(context: FindingContext): { readonly [L in PodSecurityLevel]: number } {
  const counts = { privileged: 0, baseline: 0, restricted: 0 };
  for (const { security } of context.once(levelsOf)) counts[security.level]++;
  return counts;
}

export const podLevels: AuditRule = {
  id: "ZT27",
  topic: TOPIC,
  claim: "Pods would be admitted under the restricted Pod Security Standard",
  controls: {
    CIS: ["5.2.2", "5.2.3", "5.2.4", "5.2.5"],
    "NSA-CISA": ["pod security (1.2 to 1.5)"],
    NIST: ["800-190 3.4.3"],
  },
  look(context) {
    const levels = context.once(levelsOf);
    if (levels.length === 0) return unknown("the input has no workload outside system namespaces");
    const counts = context.once(levelCounts);
    const words = POD_SECURITY_LEVELS.filter((level) => counts[level] > 0).map((level) => `${counts[level]} ${level}`);
    const evidence = levels
      .filter(({ security: { level } }) => level !== "restricted")
      .sort(
        (a, b) =>
          Number(isStricter(a.security.level, b.security.level)) -
          Number(isStricter(b.security.level, a.security.level)),
      )
      .map(
        ({ subject, security }): Evidence => ({
          object: subject.id,
          says: `${security.level}: ${faultWords(security)}`,
          span: spanOf(context, subject),
        }),
      );
    const share = `of ${some(levels.length, "workload")} ${listed(words)}`;
    return against(counts.privileged > 0 ? "fail" : "warn", evidence, share, share);
  },
};

function faultWords({ because }: PodSecurity): string {
  return listed(because, 2);
}

const LABEL = "pod-security.kubernetes.io/enforce";
const ENGINES = /(^|\.)(kyverno\.io|gatekeeper\.sh|kubewarden\.io)$/;

export const podSecurityEnforced: AuditRule = {
  id: "ZT28",
  topic: TOPIC,
  claim: "Namespaces refuse pods that are less secure than baseline",
  controls: { CIS: ["5.2.1"], "NSA-CISA": ["pod security (1.2 to 1.5)"] },
  look(context) {
    const homes = new Set(context.subjects.flatMap(({ namespace }) => namespace ?? []));
    const namespaces = context.cluster.namespaces.filter(({ name }) => homes.has(name) && !isSystem(name));
    const shown = namespaces.filter(({ labels }) => !labels.incomplete);
    if (shown.length === 0) return unknown("the input has no Namespace object of its workloads");
    const open = shown.filter((one) => levelOf(one) === "privileged");
    const engine = context.cluster.controls.otherKinds.find(
      ({ group, kind }) => ENGINES.test(group) || kind.startsWith("ValidatingAdmissionPolicy"),
    );
    const evidence = [
      ...open.map(
        ({ name, span }): Evidence => ({
          object: `Namespace ${name}`,
          says: `does not enforce Pod Security by ${LABEL}`,
          span,
        }),
      ),
      ...refused(context, shown),
    ];
    if (open.length > 0 && engine)
      return {
        verdict: "warn",
        because: `Pod Security is not enforced everywhere; ${engine.kind} may do it in its place, which is not evaluated`,
        evidence,
      };
    if (open.length > 0)
      return {
        verdict: "fail",
        because: `${open.length} of ${some(shown.length, "namespace")} ${open.length === 1 ? "takes" : "take"} any pod, unless the API server has defaults of its own`,
        evidence,
      };
    if (evidence.length > 0)
      return { verdict: "warn", because: "pods of the input would be refused when made anew", evidence };
    return shown.length < namespaces.length
      ? unknown("some namespaces of the workloads are not in the input")
      : { verdict: "pass", because: "every namespace of the input enforces baseline or restricted" };
  },
};

function levelOf({ labels }: Namespace): PodSecurityLevel {
  const written = labels.values.get(LABEL);
  return POD_SECURITY_LEVELS.find((level) => level === written) ?? "privileged";
}

/** Workloads that their namespace would not take. */
function refused(context: FindingContext, namespaces: readonly Namespace[]): readonly Evidence[] {
  const enforced = new Map(namespaces.map((one) => [one.name, levelOf(one)]));
  return context.once(levelsOf).flatMap(({ subject, security }) => {
    const level = enforced.get(subject.namespace ?? "") ?? "privileged";
    if (!isStricter(level, security.level)) return [];
    return [
      {
        object: subject.id,
        says: `is ${security.level} in a namespace that enforces ${level}: ${faultWords(security)}`,
        span: spanOf(context, subject),
      },
    ];
  });
}

/** Kinds of objects that have signatures of images checked. */
const VERIFYING: ReadonlySet<string> = new Set([
  "ClusterImagePolicy",
  "ImagePolicy",
  "ImageVerificationPolicy",
  "ImageValidatingPolicy",
]);

export const pinnedImages: AuditRule = {
  id: "ZT34",
  topic: TOPIC,
  claim: "Images are named by their digest",
  controls: { "MITRE-ATTACK": ["T1525"], NIST: ["800-190 3.1", "800-190 4.1.5"] },
  look(context) {
    if (context.subjects.length === 0) return unknown("the input has no workload");
    const verifying = context.cluster.controls.otherKinds.find(({ kind }) => VERIFYING.has(kind));
    const evidence = context.subjects.flatMap((subject): readonly Evidence[] => {
      const pods = subject.members.flatMap(({ pods }) => pods);
      const loose = [...new Set(pods.flatMap(looseImages))];
      return loose.length > 0 ? [{ object: subject.id, says: listed(loose, 2), span: spanOf(context, subject) }] : [];
    });
    const checked = verifying ? `; ${verifying.kind} of the input may have signatures checked` : "";
    return against("warn", evidence, `a tag can be moved to another image${checked}`, "every image has a digest");
  },
};

function looseImages({ spec: { containers } }: Pod): readonly string[] {
  return containers
    .filter(({ image }) => image !== "" && !image.includes("@sha256:"))
    .map(({ image }) => image.slice(image.lastIndexOf("/") + 1));
}
