import type { Span } from "../../../model/source.ts";
import type { Entry } from "../../exposure/entry.ts";
import { titleOfLink } from "../../exposure/entry.ts";
import { answerOf } from "../../exposure/likelihood.ts";
import { type FindingContext, isOnHost } from "../../findings/context.ts";
import { waysIn } from "../../findings/standing.ts";
import { certaintyOf, spanOf } from "../../findings/subjects.ts";
import { shortId } from "../../findings/words.ts";
import { type AuditRule, against, type Evidence, some, unknown } from "./row.ts";

const TOPIC = "exposure and encryption in transit";

/** Annotations of controllers, and kinds of objects, that limit rates or filter requests. */
const GUARDS: readonly RegExp[] = [
  /^nginx\.ingress\.kubernetes\.io\/(limit-|enable-modsecurity|enable-owasp|modsecurity-|auth-)/,
  /^nginx\.org\/(limit-req|app-protect|policies)/,
  /^appprotect\.f5\.com\//,
  /^haproxy(-ingress\.github\.io|\.org)\/(limit-|rate-limit|waf|modsecurity)/,
  /^alb\.ingress\.kubernetes\.io\/(wafv2-acl-arn|waf-acl-id|shield-advanced-protection)$/,
  /^appgw\.ingress\.kubernetes\.io\/waf-policy-for-path$/,
];

/** Annotations that may do so: what they name is an object whose fields are not read. */
const MAY_GUARD: readonly RegExp[] = [
  /^traefik\.ingress\.kubernetes\.io\/router\.middlewares$/,
  /^konghq\.com\/plugins$/,
  /^(beta\.)?cloud\.google\.com\/backend-config$/,
];
const GUARD_KINDS: ReadonlySet<string> = new Set([
  "RateLimitPolicy",
  "BackendTrafficPolicy",
  "SecurityPolicy",
  "GCPBackendPolicy",
  "KongPlugin",
  "APPolicy",
  "WasmPlugin",
]);

export const requestFilter: AuditRule = {
  id: "ZT12",
  topic: TOPIC,
  claim: "Requests from outside are limited or filtered",
  controls: { "PCI-DSS": ["6.4.2"] },
  look({ cluster: { routes, controls, services } }) {
    const sure = routes.ingresses.flatMap((one) => annotated("Ingress", one, GUARDS));
    const evidence: readonly Evidence[] = [
      ...sure,
      ...routes.ingresses.flatMap((one) => annotated("Ingress", one, MAY_GUARD)),
      ...services.flatMap((one) => annotated("Service", one, MAY_GUARD)),
      ...controls.otherKinds
        .filter(({ kind }) => GUARD_KINDS.has(kind))
        .map(({ kind, objects, span }) => ({ object: kind, says: `${objects} of it`, span })),
    ];
    if (evidence.length === 0)
      return unknown("no annotation or object known to do so is in the input; Ingress has no field for it");
    const guarded = new Set(sure.map(({ object }) => object)).size;
    const { ingresses, gateways, openshiftRoutes, istioGateways } = routes;
    const others = gateways.length + openshiftRoutes.length + istioGateways.length;
    return guarded === ingresses.length && others === 0
      ? { verdict: "pass", because: "controllers are told to; what their rules stop is not looked at", evidence }
      : unknown(
          `${guarded} of ${some(ingresses.length + others, "Ingress, Gateway or Route", "Ingresses, Gateways and Routes")} ${guarded === 1 ? "has" : "have"} it by annotation; whom other objects are for, and what they do, is not read`,
          evidence,
        );
  },
};

/** The annotations of an object that one of some patterns is about. */
function annotated(
  kind: string,
  { namespace, name, annotations, span }: Annotated,
  patterns: readonly RegExp[],
): readonly Evidence[] {
  return [...annotations.keys()]
    .filter((key) => patterns.some((pattern) => pattern.test(key)))
    .map((key) => ({ object: `${kind} ${namespace}/${name}`, says: `has ${key}`, span }));
}

interface Annotated {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly span: Span;
}

const ANYWHERE: ReadonlySet<string> = new Set(["0.0.0.0/0", "::/0"]);

export const openLoadBalancers: AuditRule = {
  id: "ZT13",
  topic: TOPIC,
  claim: "Load balancers take only the clients they are for",
  controls: { "MS-MATRIX": ["MS-M9008"], "PCI-DSS": ["1.4.2"], NIST: ["800-53 SC-7"] },
  look(context) {
    const { services } = context.cluster;
    if (services.length === 0) return unknown("the input has no Service");
    const balanced = services.filter(({ type }) => type === "LoadBalancer");
    if (balanced.length === 0) return { verdict: "pass", because: "no Service is of type LoadBalancer" };
    const published = new Set(
      waysIn(context)
        .filter(({ kind, published }) => kind === "load-balancer" && published.expected)
        .flatMap(({ chain }) => chain.map(titleOfLink)),
    );
    const evidence = balanced
      .filter(
        ({ namespace, name, sourceRanges }) =>
          published.has(`Service ${namespace}/${name}`) &&
          (sourceRanges.length === 0 || sourceRanges.some((range) => ANYWHERE.has(range))),
      )
      .map(({ namespace, name, span }) => ({
        object: `Service ${namespace}/${name}`,
        says: "takes any client: it has no loadBalancerSourceRanges",
        span,
      }));
    return against(
      "warn",
      evidence,
      "load balancers are open to the internet; for a public site that is what they are for",
      `none of ${some(balanced.length, "load balancer")} is open to every client`,
    );
  },
};

export const nodeEntries: AuditRule = {
  id: "ZT14",
  topic: TOPIC,
  claim: "Nothing is published on the addresses of nodes",
  controls: { CIS: ["5.2.12"], "MS-MATRIX": ["MS-TA9005"], NIST: ["800-53 SC-7"] },
  look(context) {
    if (context.cluster.services.length === 0 && context.subjects.length === 0)
      return unknown("the input has neither Services nor workloads");
    const nodePorts = new Set(
      context.cluster.services.flatMap(({ type, namespace, name }) =>
        type === "NodePort" ? [`Service ${namespace}/${name}`] : [],
      ),
    );
    const isMeant = ({ kind, chain }: Entry) =>
      kind === "external-ip" ||
      kind === "host-port" ||
      kind === "host-network" ||
      (kind === "node-port" && chain.some((link) => nodePorts.has(titleOfLink(link))));
    const ways = waysIn(context).filter((entry) => isMeant(entry) && entry.published.possible);
    const evidence = ways.map((entry) => wordsOf(entry));
    const letThrough = ways.filter(({ exposed }) => exposed.expected);
    const open = letThrough.length;
    const isSettled = letThrough.every(({ permitted }) => permitted.certain);
    return against(
      open > 0 ? "fail" : "warn",
      evidence,
      open > 0
        ? `policies ${isSettled ? "let" : "may let"} ${some(open, "of these ways", "of these ways")} through`
        : "policies keep these ways shut",
      "no node port, host port or external IP leads to a workload",
    );
  },
};

const POLICIES_SAY = {
  yes: "and policies let it through",
  no: "and policies stop it",
  unknown: "and whether policies let it through is not settled",
};

function wordsOf({ kind, chain, endpoint, permitted }: Entry): Evidence {
  const [outermost] = chain;
  return {
    object: outermost ? titleOfLink(outermost) : endpoint.id,
    says: `${kind.replace("-", " ")} to ${shortId(endpoint)}, ${POLICIES_SAY[answerOf(permitted)]}`,
    span: outermost?.span,
  };
}

export const egressControl: AuditRule = {
  id: "ZT15",
  topic: TOPIC,
  claim: "Workloads reach the internet only where they have to",
  controls: { CIS: ["5.3.2"], "PCI-DSS": ["1.3.2"], HIPAA: ["164.312(e)(1)"], NIST: ["800-53 SC-7(5)"] },
  look(context) {
    const { subjects, internet } = context;
    if (subjects.length === 0) return unknown("the input has no workload");
    const open = subjects.filter((subject) => !context.allowed(subject, internet).isEmpty);
    const unsettled = open.filter(
      (subject) => !isOnHost(subject) && certaintyOf(context, subject, "egress") === "assumed",
    );
    const evidence = open.map(
      (subject): Evidence => ({ object: subject.id, says: describe(context, subject), span: spanOf(context, subject) }),
    );
    const share = `${open.length} of ${some(subjects.length, "workload")} ${open.length === 1 ? "reaches" : "reach"} the internet`;
    if (open.length > 0 && unsettled.length === open.length)
      return unknown(`${share}, unless policies that are not evaluated keep them from it`, evidence);
    return against(
      open.length === subjects.length ? "fail" : "warn",
      evidence,
      share,
      "no workload reaches the internet",
    );
  },
};

function describe(context: FindingContext, subject: FindingContext["subjects"][number]): string {
  if (isOnHost(subject)) return "is on the host network, where policies do not hold it back";
  return context.open(subject, "egress") === "anyone" ? "nothing isolates it for egress" : "its policies let it out";
}
