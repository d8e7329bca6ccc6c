import { type Entry, isBlocked, type Link, titleOfLink } from "../analyses/exposure/entry.ts";
import type { Exposure } from "../analyses/exposure/exposure.ts";
import { answerOf } from "../analyses/exposure/likelihood.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Likelihood } from "../engine/profile.ts";

const KINDS: { readonly [K in Entry["kind"]]: string } = {
  "load-balancer": "load balancer",
  "node-port": "node port",
  "external-ip": "external IP",
  "host-port": "host port",
  "host-network": "host network",
  ingress: "Ingress",
  gateway: "Gateway",
  "openshift-route": "Route",
  "istio-gateway": "Istio Gateway",
};

export function kindWords({ kind }: Entry): string {
  return KINDS[kind];
}

/** `yes`, `no`, or what is taken where it is not known: `likely`, `unlikely`. */
export function likelihoodWords(likelihood: Likelihood): string {
  const answer = answerOf(likelihood);
  return answer === "unknown" ? (likelihood.expected ? "likely" : "unlikely") : answer;
}

/** How a workload stands, in one word. */
export function standingOf({ published, exposed, isLatent, entries }: Exposure): string {
  if (exposed.expected) return exposed.certain ? "exposed" : "likely exposed";
  if (isLatent) return "latent";
  if (entries.some(isBlocked) && !exposed.possible) return "blocked";
  if (exposed.possible) return "unlikely";
  return published.possible ? "blocked" : "closed";
}

/** Everything on the way from the internet, in order: objects with their kind, and the pods of controllers. */
export function pathWords(entry: Entry, nameOf: (endpoint: Endpoint) => string): readonly string[] {
  const { through, controller, chain, endpoint } = entry;
  const before = through ? pathWords(through, nameOf) : ["internet", ...controllerWords(controller)];
  return [...before, ...chain.map((link) => linkWords(link, entry)), nameOf(endpoint)];
}

function controllerWords(controller: Entry["controller"]): readonly string[] {
  if (!controller) return [];
  const { standing, name, endpoint } = controller;
  const title = name === "" ? "a controller" : name;
  return [endpoint ? endpoint.id : `${title} (${standing})`];
}

function linkWords(link: Link, { kind, ports }: Entry): string {
  const fronts = [...new Set(ports.flatMap((port) => port.fronts))];
  if (link.kind === "host network") return "host network";
  if (link.kind === "host port") return `host port ${link.name}`;
  const isOwn = kind === "load-balancer" || kind === "node-port" || kind === "external-ip";
  return isOwn ? `${titleOfLink(link)} (${[KINDS[kind], ...fronts].join(" ")})` : titleOfLink(link);
}

/** The port of the pods that an entry ends at: `TCP 8080`. */
export function targetWords({ ports }: Entry): string {
  return [...new Set(ports.map(({ protocol, target }) => `${protocol} ${target}`))].join(", ") || "any port";
}
