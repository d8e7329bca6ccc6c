import { type Endpoint, isPartOf, podEndpoints } from "../engine/endpoints.ts";
import { closest, findEndpoint } from "../engine/names.ts";
import { reach } from "../engine/reach.ts";
import type { ControllerByPerson, Declarations, NamedByPerson, NeedByPerson } from "../model/declaration.ts";
import type { Diagnostic, DiagnosticCode } from "../model/diagnostic.ts";
import type { Program } from "../model/program.ts";
import { type Attack, attackGraph } from "./attack/attack-graph.ts";
import type { Declared, DeclaredJewel } from "./attack/declared.ts";
import { INTERNET } from "./attack/entry-points.ts";
import type { Need } from "./attack/needs.ts";
import type { ControllerMapping } from "./exposure/controller-mapping.ts";
import { findDestination } from "./find-destination.ts";
import { findFact } from "./paths.ts";
import { connectionsAsked } from "./query.ts";

/**
 * What is declared, with every name found in a program. A name that nothing bears, or several things do, is reported with what it may
 * have meant, and what hangs on it is left out; the rest counts.
 *
 * Cost: names × workloads, and an attack graph where a jewel is named that is no workload. Errors: none.
 * Source: docs/configuration.md.
 */
export function declaredIn(
  program: Program,
  declarations: Declarations,
): { readonly declared: Declared; readonly diagnostics: readonly Diagnostic[] } {
  const names = new Names(program);
  const { jewels, entries, needs, controllers } = declarations;
  const declared: Declared = {
    jewels: jewels.flatMap((one) => jewelsNamed(names, one)),
    entries: entries.flatMap((one) =>
      names
        .workloads(one)
        .map((workload) => ({ workload, ...(one.reason !== undefined && { reason: one.reason }), span: one.span })),
    ),
    needs: needs.flatMap((one) => needsNamed(names, one)),
    controllers: controllers.flatMap((one) => controllerNamed(names, one)),
  };
  return { declared, diagnostics: names.diagnostics };
}

/** Finds what names stand for, and keeps what is wrong with them. */
class Names {
  readonly diagnostics: Diagnostic[] = [];
  readonly parts: readonly Endpoint[];
  private attack: Attack | undefined;

  constructor(readonly program: Program) {
    this.parts = podEndpoints(program, "workload");
  }

  /** Ids of the workloads that are meant; none where that is not clear. */
  workloads(named: NamedByPerson): readonly string[] {
    const found = findEndpoint(this.program, named.name);
    if (found.kind === "ambiguous") {
      this.refuse("name-ambiguous", named, "may mean several workloads", `name one: ${found.candidates.join(", ")}`);
      return [];
    }
    if (found.kind === "none") {
      const isService = findDestination(this.program, named.name).kind === "service";
      if (isService) this.refuse("name-unknown", named, "is a Service", "name the workload behind it");
      else this.refuse("name-unknown", named, "is the name of no workload", alike(found.similar));
      return [];
    }
    const { endpoint } = found;
    if (endpoint.type === "address") {
      this.refuse("field-invalid", named, "is no workload, but addresses", "name a workload, such as shop/db");
      return [];
    }
    if (this.parts.some((part) => isPartOf(endpoint.id, part))) return [endpoint.id];
    const pods = new Set(endpoint.members.flatMap((member) => member.pods.map(({ id }) => id)));
    return this.parts
      .filter(({ members }) => members.some((member) => member.pods.some(({ id }) => pods.has(id))))
      .map(({ id }) => id);
  }

  /** Ids of the endpoints that are one end of a flow. */
  ends(named: NamedByPerson): readonly string[] {
    if (named.name === INTERNET) return [INTERNET];
    const ids = this.workloads(named);
    return this.parts.filter((part) => ids.some((id) => isPartOf(id, part))).map(({ id }) => id);
  }

  /** Something other than a workload that an attacker may come to hold. */
  fact(named: NamedByPerson): DeclaredJewel["fact"] | undefined {
    const { name } = named;
    const { secrets } = this.program.cluster.storage;
    if (secrets.some((secret) => `secret:${secret.namespace}/${secret.name}` === name)) return { kind: "know", name };
    this.attack ??= attackGraph(reach(this.program), { certainty: "conditional" });
    const fact = findFact(this.attack, name, "target");
    if (fact) return { kind: fact.kind, name: fact.name };
    const known = [
      ...secrets.map((secret) => `secret:${secret.namespace}/${secret.name}`),
      ...this.attack.graph.facts.filter(({ role }) => role === "goal").map((one) => one.name),
    ];
    const ofKind = [...new Set(known)].filter((one) => one.startsWith(name.slice(0, name.indexOf(":") + 1)));
    const similar = closest(
      name,
      ofKind.map((id) => ({ id, spellings: [id] })),
    );
    this.refuse("name-unknown", named, "is the name of nothing that could be taken", alike(similar));
    return undefined;
  }

  refuse(code: DiagnosticCode, { name, span }: NamedByPerson, what: string, fix: string): void {
    const message = `\`${name}\` ${what}; it has no effect`;
    this.diagnostics.push({ code, severity: "error", message, span, fix });
  }
}

function alike(similar: readonly string[]): string {
  return similar.length > 0 ? `write ${similar.join(", or ")}` : "`watertight list` shows every workload";
}

/** Names of facts have a colon, but for these. */
const FACTS: ReadonlySet<string> = new Set([INTERNET, "exfiltration", "cluster-admin"]);

function jewelsNamed(names: Names, named: NamedByPerson): readonly DeclaredJewel[] {
  const { name, reason, span } = named;
  const said = { because: reason === undefined ? "declared" : `declared: ${reason}`, span };
  if (!name.includes(":") && !FACTS.has(name))
    return names.workloads(named).map((id) => ({ fact: { kind: "own", name: id }, ...said }));
  const fact = names.fact(named);
  return fact ? [{ fact, ...said }] : [];
}

function needsNamed(names: Names, { from, to, port, reason, span }: NeedByPerson): readonly Need[] {
  const [sources, targets] = [names.ends(from), names.ends(to)];
  const ports = connectionsAsked(port?.protocol, port?.port);
  const because = reason === undefined ? "declared" : `declared: ${reason}`;
  return sources.flatMap((source) =>
    targets
      .filter((target) => target !== source)
      .map((target): Need => ({ from: source, to: target, ports, provenance: "declared", because, span })),
  );
}

function controllerNamed(names: Names, declared: ControllerByPerson): readonly ControllerMapping[] {
  const { kind, className, workloads, reason, span } = declared;
  const { ingressClasses, ingresses, gatewayClasses, gateways } = names.program.cluster.routes;
  const known =
    kind === "IngressClass"
      ? [...ingressClasses.map(({ name }) => name), ...ingresses.flatMap((one) => one.className ?? [])]
      : [...gatewayClasses.map(({ name }) => name), ...gateways.map((one) => one.className)];
  const ids = workloads.flatMap((one) => names.workloads(one));
  if (!known.includes(className)) {
    const similar = closest(
      className,
      [...new Set(known)].map((id) => ({ id, spellings: [id] })),
    );
    const fix = similar.length > 0 ? alike(similar) : "leave it out, or add what has the class to the input";
    names.refuse("name-unknown", { name: className, span }, `is no ${kind} that the input names`, fix);
    return [];
  }
  if (ids.length === 0) return [];
  const because = reason === undefined ? "it is declared to be" : `it is declared to be: ${reason}`;
  return [{ kind, className, workloads: ids, because }];
}
