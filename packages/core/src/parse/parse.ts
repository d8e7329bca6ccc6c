import type { Cluster } from "../model/cluster.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import { ascending } from "../model/order.ts";
import { compareSpans, type Source } from "../model/source.ts";
import type { Steps } from "../model/steps.ts";
import { readDocuments } from "./documents.ts";
import { expand } from "./expand.ts";
import { Inventory } from "./inventory.ts";
import type { ListBytes } from "./json-list.ts";
import { ListReading } from "./list-reading.ts";
import { readManifest } from "./manifest.ts";
import { allNamespaces } from "./namespace.ts";
import type { Depth } from "./pod-spec.ts";
import { reporter } from "./reporter.ts";
import { SourceText } from "./text.ts";

/** A cluster, and what was found wrong with the texts it was read from, in the order of their places. */
export interface Parsed {
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The cluster that manifests describe, and everything found wrong with them.
 *
 * Sources are YAML or JSON, single objects or lists, a repository's manifests or a dump of a live cluster. What a cluster would
 * refuse is reported and left out; the rest is read. Same input, same output: every list is sorted.
 * Errors: none, whatever the text. Cost: linear in the text; one document is held at a time.
 * With `"verdicts"`, what no verdict rests on is left unread in the specs of pods, faults included: `Pod.spec` then throws for
 * whoever looks into it. That is enough for listings, decisions and explanations, and not for findings, exposure and paths.
 * Source: docs/semantics.md "Inputs and normalisation", "API-server validation", "Workload expansion".
 */
export function parse(sources: readonly Source[], options: Options = UPSTREAM, depth: Depth = "specs"): Parsed {
  const reading = new Reading(options, depth);
  for (const source of sources) reading.read(source);
  return reading.finish();
}

/** {@link parse} with a pause after each object. */
export function* parseSteps(
  sources: readonly Source[],
  options: Options = UPSTREAM,
  depth: Depth = "specs",
): Steps<Parsed> {
  const reading = new Reading(options, depth);
  const whole = Math.max(
    sources.reduce((sum, { text }) => sum + text.length, 0),
    1,
  );
  let before = 0;
  for (const source of sources) {
    for (const at of reading.steps(source)) yield { stage: "reading manifests", done: (before + at) / whole };
    before += source.text.length;
  }
  yield { stage: "reading manifests", done: 1 };
  return reading.finish();
}

/**
 * The same source by source, for whoever does not hold all texts at once, or has other things to do in between.
 */
export class Reading {
  private diagnostics: Diagnostic[] = [];
  private readonly report = reporter((diagnostic) => this.diagnostics.push(diagnostic));
  private readonly inventory: Inventory;

  constructor(
    private readonly options: Options = UPSTREAM,
    depth: Depth = "specs",
  ) {
    this.inventory = new Inventory(this.report, depth);
  }

  /** Reads all of a source. */
  read(source: Source): void {
    for (const _ of this.steps(source));
  }

  /** Reads a source object by object; after each, says how far into the text it has come, in UTF-16 units. */
  *steps(source: Source): Generator<number> {
    for (const each of readDocuments(new SourceText(source), this.report)) {
      readManifest(each, this.inventory, this.options, this.report);
      yield each.places.end;
    }
  }

  /** Forgets all that was read under a path, faults included, for whoever has to read it anew. */
  forget(path: string): void {
    this.inventory.forget(path);
    this.diagnostics = this.diagnostics.filter(({ span }) => span?.path !== path);
  }

  /** Begins a list in JSON whose items come as bytes. */
  list(bytes: ListBytes): ListReading {
    return new ListReading(bytes, this.inventory, this.options, this.report);
  }

  /** All that was read; nothing can be read after it. */
  finish(): Parsed {
    const { inventory } = this;
    const { pods, workloads } = expand(inventory, this.options, this.report);
    const namespaces = allNamespaces(inventory, this.report);
    const cluster = {
      namespaces: sorted(namespaces, ({ name }) => name),
      workloads: sorted(workloads, ({ id }) => id),
      pods: sorted(pods, ({ id }) => id),
      services: sorted(inventory.services.values(), qualifiedName),
      serviceEndpoints: sorted(inventory.serviceEndpoints.values(), (one) => `${qualifiedName(one)}/${one.kind}`),
      nodes: sorted(inventory.nodes.values(), ({ name }) => name),
      networkPolicies: sorted(inventory.networkPolicies.values(), qualifiedName),
      adminPolicies: sorted(inventory.adminPolicies.values(), ({ name, kind }) => `${name}/${kind}`),
      identities: inventory.resources.identities,
      storage: inventory.resources.storage,
      routes: inventory.resources.routes,
      controls: inventory.resources.controls,
      unusedPolicies: sorted(inventory.unusedPolicies, (policy) => `${qualifiedName(policy)}/${policy.kind}`),
    };
    return { cluster, diagnostics: this.diagnostics.sort(byPlace) };
  }
}

function qualifiedName({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function sorted<T>(objects: Iterable<T>, key: (object: T) => string): T[] {
  const keyed = Array.from(objects, (object) => ({ object, key: key(object) }));
  return keyed.sort((a, b) => ascending(a.key, b.key)).map(({ object }) => object);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.span && b.span) return compareSpans(a.span, b.span) || ascending(a.code, b.code);
  return Number(b.span === undefined) - Number(a.span === undefined);
}
