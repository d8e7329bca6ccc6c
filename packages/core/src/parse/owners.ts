import type { OwnerReference } from "./metadata.ts";
import type { Controller, LivePod } from "./workload.ts";

/** What stands above a pod or workload: an object of the input, or only the reference to one that is missing. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: Controller;
}

/** Which kinds hand their work to which: above these, owners are not workloads but what generated them. */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  ReplicaSet: ["Deployment", "Rollout"],
  ReplicationController: ["DeploymentConfig"],
  Job: ["CronJob"],
};

/**
 * Finds owners by their references: by uid when both sides have one, else by kind, name and namespace.
 * Cost: a lookup each. Source: docs/semantics.md WL-6.
 */
export class Owners {
  private readonly byUid = new Map<string, Controller>();
  private readonly byId: ReadonlyMap<string, Controller>;

  /** `controllers` by `namespace/Kind/name`. */
  constructor(controllers: ReadonlyMap<string, Controller>) {
    this.byId = controllers;
    for (const controller of controllers.values()) if (controller.uid) this.byUid.set(controller.uid, controller);
  }

  /** The direct owner of a pod; a mirror pod belongs to its node, which is no workload. */
  ofPod(pod: LivePod): Owner | undefined {
    const { owner, namespace } = pod;
    if (!owner || owner.kind === "Node") return undefined;
    const found = this.find(owner, namespace);
    return found.controller ? found : (this.byGeneratedName(pod, owner) ?? found);
  }

  /** The workload whose ReplicaSet or Job is missing from the input, by the name it must have given it. */
  private byGeneratedName({ namespace, labels }: LivePod, { kind, name }: OwnerReference): Owner | undefined {
    const hash = labels.get("pod-template-hash");
    const isHashed = kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`);
    const [above, suffix] = isHashed ? ["Deployment", `-${hash}`] : ["CronJob", /-\d+$/.exec(name)?.[0]];
    if (suffix === undefined || (kind !== "Job" && !isHashed)) return undefined;
    const controller = this.byId.get(`${namespace}/${above}/${name.slice(0, -suffix.length)}`);
    return controller && ownerOf(controller);
  }

  /** The workload an owner is part of, or itself. */
  above({ kind, controller }: Owner): Owner | undefined {
    const reference = controller?.owner;
    if (!reference || !Object.hasOwn(ABOVE, kind) || !ABOVE[kind]?.includes(reference.kind)) return undefined;
    return this.find(reference, controller.namespace);
  }

  /** An owner and everything above it, topmost last. */
  chain(owner: Owner): readonly Owner[] {
    const chain = [owner];
    for (let next = this.above(owner); next; next = this.above(next)) chain.push(next);
    return chain;
  }

  private find({ kind, name, uid }: OwnerReference, namespace: string): Owner {
    const known = uid ? this.byUid.get(uid) : undefined;
    if (known?.kind === kind && known.namespace === namespace) return ownerOf(known);
    const namesake = this.byId.get(`${namespace}/${kind}/${name}`);
    return namesake && (!uid || !namesake.uid) ? ownerOf(namesake) : { kind, name };
  }
}

/** A workload of the input as the owner of what is below it. */
export function ownerOf(controller: Controller): Owner {
  return { kind: controller.kind, name: controller.name, controller };
}
