import type { Protocol } from "./flow.ts";
import type { Span } from "./source.ts";

/** Something a person names, with a reason if there is one, and where. */
export interface NamedByPerson {
  readonly name: string;
  readonly reason?: string;
  readonly span: Span;
}

/** A flow that a person says is needed, its ends by name; without a port, all of it. */
export interface NeedByPerson {
  readonly from: NamedByPerson;
  readonly to: NamedByPerson;
  readonly port?: { readonly protocol: Protocol | "other"; readonly port?: number };
  readonly reason?: string;
  readonly span: Span;
}

/** The workloads that a person says serve a class. */
export interface ControllerByPerson {
  readonly kind: "IngressClass" | "GatewayClass";
  readonly className: string;
  readonly workloads: readonly NamedByPerson[];
  readonly reason?: string;
  readonly span: Span;
}

/** What a person declares about a cluster that its manifests do not say. Names are as written. */
export interface Declarations {
  /** What is worth protecting. */
  readonly jewels: readonly NamedByPerson[];
  /** Workloads that are entered from outside by a way no object shows. */
  readonly entries: readonly NamedByPerson[];
  readonly needs: readonly NeedByPerson[];
  readonly controllers: readonly ControllerByPerson[];
}
