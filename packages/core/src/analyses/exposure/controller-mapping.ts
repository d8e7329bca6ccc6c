/** The workloads that a person says serve a class, by their ids or those of the workloads they are parts of. */
export interface ControllerMapping {
  readonly kind: "IngressClass" | "GatewayClass";
  readonly className: string;
  readonly workloads: readonly string[];
  readonly because: string;
}
