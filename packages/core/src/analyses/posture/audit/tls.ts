import type { Endpoint } from "../../../engine/endpoints.ts";
import { ConnectionSet } from "../../../model/connections.ts";
import type { Gateway, Ingress, OpenshiftRoute } from "../../../model/routes.ts";
import { groupBy } from "../../attack/group-by.ts";
import { type Entry, titleOfLink } from "../../exposure/entry.ts";
import type { FindingContext } from "../../findings/context.ts";
import { servedPorts } from "../../findings/services.ts";
import { waysIn } from "../../findings/standing.ts";
import { listed, shortId } from "../../findings/words.ts";
import { isStrict } from "../../mesh.ts";
import { type AuditRule, against, type Evidence, unknown } from "./row.ts";

const TOPIC = "exposure and encryption in transit";

/** Annotations by which a load balancer in front of the controller ends TLS itself. */
const ENDED_OUTSIDE =
  /^(service\.beta\.kubernetes\.io\/aws-load-balancer-ssl-cert|alb\.ingress\.kubernetes\.io\/certificate-arn|ingress\.gcp\.kubernetes\.io\/pre-shared-cert|networking\.gke\.io\/managed-certificates|appgw\.ingress\.kubernetes\.io\/appgw-ssl-certificate)$/;

/** Annotations by which controllers are told not to send clients from HTTP to HTTPS. */
const NO_REDIRECT = /(^|\/)(force-)?ssl-redirect$/;

/** A fault, or something that a load balancer outside may do in its place. */
interface Leg {
  readonly verdict: "fail" | "warn" | "unknown";
  readonly evidence: Evidence;
}

export const edgeTls: AuditRule = {
  id: "ZT10",
  topic: TOPIC,
  claim: "What comes in from outside comes encrypted",
  controls: { "PCI-DSS": ["4.2.1"], HIPAA: ["164.312(e)(1)"], GDPR: ["32(1)(a)"], NIST: ["800-53 SC-8"] },
  look(context) {
    const { ingresses, gateways, openshiftRoutes, istioGateways } = context.cluster.routes;
    if (ingresses.length + gateways.length + openshiftRoutes.length + istioGateways.length === 0)
      return unknown("the input has no Ingress, Gateway or Route");
    const legs = [
      ...ingresses.flatMap((one) => ofIngress(context, one)),
      ...sharedKeys(ingresses),
      ...gateways.flatMap((one) => ofGateway(context, one)),
      ...openshiftRoutes.flatMap(ofRoute),
      ...istioGateways.flatMap(({ namespace, name, servers, span }) =>
        servers
          .filter(({ protocol, tlsMode }) => /^HTTP2?$|^GRPC$/i.test(protocol) && tlsMode === undefined)
          .map(
            ({ port }): Leg => ({
              verdict: "warn",
              evidence: {
                object: `Gateway ${namespace}/${name}`,
                says: `port ${port} is plain HTTP; whether it only redirects is not looked at`,
                span,
              },
            }),
          ),
      ),
    ];
    const worst = (["fail", "unknown", "warn"] as const).find((verdict) => legs.some((leg) => leg.verdict === verdict));
    if (worst === undefined) return { verdict: "pass", because: "every route from outside has TLS" };
    const words = {
      fail: "routes from outside take unencrypted requests",
      unknown: "TLS may end at a load balancer outside the cluster",
      warn: "some of the encryption can be gone round, or has a part missing",
    };
    return { verdict: worst, because: words[worst], evidence: legs.map(({ evidence }) => evidence) };
  },
};

function ofIngress({ cluster }: FindingContext, ingress: Ingress): readonly Leg[] {
  const { namespace, name, annotations, paths, tls, defaultBackend, span } = ingress;
  const object = `Ingress ${namespace}/${name}`;
  const hosts = [...new Set([...paths.map(({ host }) => host), ...(defaultBackend ? [undefined] : [])])];
  const bare = hosts.filter((host) => !tls.some((one) => one.hosts.length === 0 || isCovered(host, one.hosts)));
  if (bare.length > 0) {
    const outside = [...annotations.keys()].some((key) => ENDED_OUTSIDE.test(key));
    const which = bare.map((host) => host ?? "every other host");
    const says = `has no TLS for ${listed(which)}`;
    return [{ verdict: outside ? "unknown" : "fail", evidence: { object, says, span } }];
  }
  const redirect = [...annotations].find(([key, value]) => NO_REDIRECT.test(key) && value === "false");
  const { secrets } = cluster.storage;
  const absent = tls.filter(
    ({ secret }) =>
      secret !== undefined &&
      secrets.length > 0 &&
      !secrets.some((one) => one.namespace === namespace && one.name === secret),
  );
  return [
    ...(redirect
      ? [{ verdict: "warn" as const, evidence: { object, says: "turns the redirect to HTTPS off", span } }]
      : []),
    ...absent.map(({ secret }) => ({
      verdict: "warn" as const,
      evidence: {
        object,
        says: `names Secret ${secret}, which is not in the input: the controller's own certificate is used`,
        span,
      },
    })),
  ];
}

/** One certificate in several namespaces, as Secrets of one name for the same hosts are: whoever reads one of them has its key. */
function sharedKeys(ingresses: readonly Ingress[]): readonly Leg[] {
  const uses = ingresses.flatMap(({ namespace, name, tls, span }) =>
    tls.flatMap(({ secret, hosts }) =>
      secret === undefined ? [] : hosts.map((host) => ({ namespace, name, span, key: `${secret} for ${host}` })),
    ),
  );
  return [...groupBy(uses, ({ key }) => key)].flatMap(([key, own]): readonly Leg[] => {
    const homes = [...new Set(own.map(({ namespace }) => namespace))];
    const [first] = own;
    if (!first || homes.length < 2) return [];
    const object = `Ingress ${first.namespace}/${first.name}`;
    const says = `uses Secret ${key}, as others do in ${listed(homes.filter((one) => one !== first.namespace))}: its key is in several namespaces`;
    return [{ verdict: "warn", evidence: { object, says, span: first.span } }];
  });
}

/** A certificate for `*.example.com` serves one label more. */
function isCovered(host: string | undefined, hosts: readonly string[]): boolean {
  if (host === undefined) return false;
  return hosts.includes(host) || hosts.includes(`*${host.slice(host.indexOf("."))}`);
}

/** A plain listener is fine where the routes at it have no backend, so that they only redirect. */
function ofGateway({ cluster }: FindingContext, { namespace, name, listeners }: Gateway): readonly Leg[] {
  const attached = cluster.routes.gatewayRoutes.filter(({ backends }) => backends.length > 0);
  return listeners
    .filter(({ protocol }) => protocol === "HTTP")
    .filter((listener) =>
      attached.some(({ parents }) =>
        parents.some(
          (parent) =>
            parent.namespace === namespace &&
            parent.name === name &&
            (parent.sectionName === undefined || parent.sectionName === listener.name) &&
            (parent.port === undefined || parent.port === listener.port),
        ),
      ),
    )
    .map((listener) => ({
      verdict: "fail",
      evidence: {
        object: `Gateway ${namespace}/${name}`,
        says: `listener ${listener.name} is plain HTTP, and routes with backends attach to it`,
        span: listener.span,
      },
    }));
}

function ofRoute({ namespace, name, tls, span }: OpenshiftRoute): readonly Leg[] {
  const object = `Route ${namespace}/${name}`;
  if (!tls) return [{ verdict: "fail", evidence: { object, says: "has no TLS", span } }];
  return tls.insecure === "Allow"
    ? [{ verdict: "warn", evidence: { object, says: "serves plain HTTP as well", span } }]
    : [];
}

/** Annotations that have controllers speak TLS to backends. */
const TO_BACKEND = /(^|\/)(backend-protocol|secure-backends|server-ssl|ssl-services|service\.serversscheme)$/;
const TLS_PROTOCOL = /^(.*\/)?(https|tls|grpcs|wss|ssl)$/i;
const TLS_PORTS: ReadonlySet<number> = new Set([443, 6443, 8443, 9443]);

export const innerTls: AuditRule = {
  id: "ZT11",
  topic: TOPIC,
  claim: "What comes in stays encrypted behind the proxy that ends TLS",
  controls: { HIPAA: ["164.312(e)(1)"], GDPR: ["32(1)(a)"], NIST: ["800-53 SC-8"] },
  look(context) {
    const ways = waysIn(context).filter(({ controller }) => controller !== undefined);
    if (ways.length === 0) return unknown("no route of the input leads to a workload of it");
    const { ingresses, openshiftRoutes } = context.cluster.routes;
    const isMade = (
      names: readonly { readonly namespace: string; readonly name: string }[],
      title: string,
      kind: string,
    ) => names.some(({ namespace, name }) => title === `${kind} ${namespace}/${name}`);
    const encrypting = ingresses.filter(({ annotations }) =>
      [...annotations].some(([key, value]) => TO_BACKEND.test(key) && /https|grpcs|true/i.test(value)),
    );
    const through = openshiftRoutes.filter(
      ({ tls }) => tls?.termination === "passthrough" || tls?.termination === "reencrypt",
    );
    const evidence = ways.flatMap(({ chain, endpoint, ports }): readonly Evidence[] => {
      const titles = chain.map(titleOfLink);
      const isEncrypted =
        titles.some(
          (title) =>
            isMade(encrypting, title, "Ingress") || isMade(through, title, "Route") || title.startsWith("TLSRoute "),
        ) ||
        ports.every(({ target }) => TLS_PORTS.has(target)) ||
        saysTls(context, titles, endpoint, ports) ||
        isStrict(context, endpoint);
      const [outermost] = chain;
      if (isEncrypted || !outermost) return [];
      const targets = ports.map(({ protocol, target }) => `${protocol} ${target}`);
      return [
        {
          object: titles.join(" → "),
          says: `nothing shows that ${shortId(endpoint)} speaks TLS on ${listed(targets)}`,
          span: outermost.span,
        },
      ];
    });
    const policies = context.cluster.controls.otherKinds.find(({ kind }) => kind === "BackendTLSPolicy");
    if (evidence.length > 0 && policies)
      return unknown("the input has BackendTLSPolicies, which are not evaluated", evidence);
    return against(
      "warn",
      evidence,
      "backends are spoken to in plain text, unless the application does TLS by itself",
      "every backend behind a proxy is spoken to over TLS or strict mTLS",
    );
  },
};

/** Whether the Services on the way say of all the ports it leads to that TLS is spoken there, by `appProtocol`. */
function saysTls(
  { cluster }: FindingContext,
  titles: readonly string[],
  endpoint: Endpoint,
  ports: Entry["ports"],
): boolean {
  const encrypted = cluster.services
    .filter(({ namespace, name }) => titles.includes(`Service ${namespace}/${name}`))
    .map((service) => {
      const own = service.ports.filter(({ appProtocol = "" }) => TLS_PROTOCOL.test(appProtocol));
      return servedPorts({ ...service, ports: own }, endpoint);
    });
  const all = ConnectionSet.union(encrypted);
  return ports.every(({ protocol, target }) => all.contains(protocol, target));
}
