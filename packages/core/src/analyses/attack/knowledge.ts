import type { Cluster } from "../../model/cluster.ts";
import type { Content, Holding } from "../../model/contents.ts";
import type { Span } from "../../model/source.ts";
import type { FactIndex } from "./fact.ts";
import type { GraphBuilder } from "./graph.ts";

export type ObjectKind = "secret" | "configmap";

/** `secret:shop/db`. */
export function secretName(namespace: string, name: string): string {
  return `secret:${namespace}/${name}`;
}

/** What lets somebody in somewhere. */
type Login = Exclude<Content, { readonly kind: "policy" }>;

function loginsOf({ holdings }: { readonly holdings: readonly Holding[] }) {
  return holdings.flatMap(({ key, content }) => (content.kind === "policy" ? [] : [{ key, content }]));
}

/** A login that the input shows, under one key of an object. */
export interface KnownContent {
  readonly kind: ObjectKind;
  readonly namespace: string;
  readonly key: string;
  readonly content: Login;
  /** Having read it: `configmap:shop/tools#kubeconfig`. */
  readonly fact: FactIndex;
  /** `key kubeconfig of configmap shop/tools`. */
  readonly words: string;
  readonly span: Span;
}

/**
 * What there is to know of Secrets and ConfigMaps: each Secret as a whole, and every key of either that is recognised to hold a login.
 *
 * A ConfigMap without one is nothing to know.
 */
export class Knowledge {
  readonly contents: readonly KnownContent[];
  private readonly byObject = new Map<string, KnownContent[]>();

  constructor(
    { storage }: Cluster,
    private readonly builder: GraphBuilder,
  ) {
    const objects = [
      ...storage.secrets.map((one) => ({ ...one, kind: "secret" as const, holdings: loginsOf(one) })),
      ...storage.configMaps.map((one) => ({ ...one, kind: "configmap" as const, holdings: loginsOf(one) })),
    ];
    this.contents = objects.flatMap(({ kind, namespace, name, holdings, span }) =>
      holdings.map(({ key, content }): KnownContent => {
        const fact = builder.fact("know", `${kind}:${namespace}/${name}#${key}`);
        return { kind, namespace, key, content, fact, words: `key ${key} of ${kind} ${namespace}/${name}`, span };
      }),
    );
    let at = 0;
    for (const { kind, namespace, name, holdings } of objects) {
      if (holdings.length > 0)
        this.byObject.set(`${kind}:${namespace}/${name}`, this.contents.slice(at, at + holdings.length));
      at += holdings.length;
    }
  }

  /** What whoever reads an object, or some of its keys, has read. */
  learnt(kind: ObjectKind, namespace: string, name: string, keys?: readonly string[]): readonly FactIndex[] {
    const held = this.heldBy(kind, namespace, name).filter(({ key }) => keys === undefined || keys.includes(key));
    const whole = kind === "secret" ? [this.builder.fact("know", `${kind}:${namespace}/${name}`)] : [];
    return [...new Set([...whole, ...held.map(({ fact }) => fact)])];
  }

  /** The logins an object holds. */
  heldBy(kind: ObjectKind, namespace: string, name: string): readonly KnownContent[] {
    return this.byObject.get(`${kind}:${namespace}/${name}`) ?? [];
  }

  /** What the ConfigMaps of a namespace, or of all of them, hold. */
  inConfigMaps(scope: string): readonly KnownContent[] {
    return this.contents.filter(
      ({ kind, namespace }) => kind === "configmap" && (scope === "*" || scope === namespace),
    );
  }
}
