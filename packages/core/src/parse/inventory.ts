import type { AdminPolicy, NetworkPolicy, Node, UnusedPolicy } from "../model/cluster.ts";
import type { Service, ServiceEndpoints } from "../model/service.ts";
import type { Span } from "../model/source.ts";
import type { Depth } from "./pod-spec.ts";
import { Resources } from "./resources/resources.ts";
import type { Report } from "./text.ts";
import type { Controller, LivePod } from "./workload.ts";

/** A Namespace object as written. */
export interface NamespaceObject {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** Every object that was read, by its key: what the cluster is made of once all sources are in. */
export class Inventory {
  readonly namespaces = new Map<string, NamespaceObject>();
  readonly nodes = new Map<string, Node>();
  readonly services = new Map<string, Service>();
  /** By `namespace/Kind/name`. */
  readonly serviceEndpoints = new Map<string, ServiceEndpoints>();
  readonly pods = new Map<string, LivePod>();
  readonly controllers = new Map<string, Controller>();
  readonly networkPolicies = new Map<string, NetworkPolicy>();
  readonly adminPolicies = new Map<string, AdminPolicy>();
  unusedPolicies: UnusedPolicy[] = [];
  readonly resources = new Resources();

  constructor(
    private readonly report: Report,
    readonly depth: Depth,
  ) {}

  /** Two objects with one key are one object in a cluster; the last one counts. */
  add<T extends { readonly span: Span }>(objects: Map<string, T>, kind: string, key: string, object: T): void {
    const first = objects.get(key);
    objects.set(key, object);
    if (!first) return;
    this.report({
      code: "object-duplicate",
      severity: "error",
      message: `${kind} \`${key}\` is given twice; this one counts`,
      span: object.span,
      related: [{ message: "first given here", span: first.span }],
      fix: "remove one of them, or give it another name or namespace",
    });
  }

  /** Forgets what was read under a path. */
  forget(path: string): void {
    const { namespaces, nodes, services, serviceEndpoints, pods, controllers, networkPolicies, adminPolicies } = this;
    const kept = [namespaces, nodes, services, serviceEndpoints, pods, controllers, networkPolicies, adminPolicies];
    for (const objects of [...kept, ...this.resources.all]) {
      for (const [key, { span }] of objects) if (span.path === path) objects.delete(key);
    }
    this.unusedPolicies = this.unusedPolicies.filter(({ span }) => span.path !== path);
  }
}
