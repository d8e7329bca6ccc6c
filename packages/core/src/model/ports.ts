import { ConnectionSet } from "./connections.ts";
import type { Protocol } from "./flow.ts";
import type { Span } from "./source.ts";

/** A port a container declares. Only names make a difference to policy: numbers are informational. */
export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Which kind of container declares it; implementations differ on which of them lend names to policies. */
  readonly container: "main" | "sidecar" | "init";
}

/** One entry of a rule's port list, protocol filled in. */
export type PortMatch = { readonly span: Span } & (
  | { readonly kind: "every-port"; readonly protocol: Protocol }
  | { readonly kind: "range"; readonly protocol: Protocol; readonly first: number; readonly last: number }
  /** Matches the numbers the destination pod gives the name; without a protocol, those of any protocol. */
  | { readonly kind: "named"; readonly name: string; readonly protocol?: Protocol }
);

/** Which containers lend their port names to policies. */
export type NamedPortContainers = "main" | "main+sidecars" | "all";

/**
 * The connections one entry stands for on a destination that declares `declared`.
 *
 * A name resolves to every declared port with that name and protocol, and to nothing where none is declared.
 * Source: NetworkPolicyPort; docs/semantics.md PORT-2 to PORT-10.
 */
export function connectionsOf(
  match: PortMatch,
  declared: readonly ContainerPort[],
  containers: NamedPortContainers = "main+sidecars",
): ConnectionSet {
  switch (match.kind) {
    case "every-port":
      return ConnectionSet.ports(match.protocol);
    case "range":
      return ConnectionSet.ports(match.protocol, match.first, match.last);
    case "named":
      return declared
        .filter(({ name, protocol }) => name === match.name && (match.protocol ?? protocol) === protocol)
        .filter(({ container }) => lendsNames(container, containers))
        .reduce((set, { protocol, port }) => set.union(ConnectionSet.ports(protocol, port, port)), ConnectionSet.NONE);
  }
}

function lendsNames(container: ContainerPort["container"], containers: NamedPortContainers): boolean {
  if (containers === "all") return true;
  return container === "main" || (container === "sidecar" && containers === "main+sidecars");
}

/** An entry as a person would write it: `TCP 80`, `UDP 8000-8080`, `TCP http`, `TCP (every port)`. */
export function formatPortMatch(match: PortMatch): string {
  switch (match.kind) {
    case "every-port":
      return `${match.protocol} (every port)`;
    case "range":
      return `${match.protocol} ${match.first === match.last ? match.first : `${match.first}-${match.last}`}`;
    case "named":
      return `${match.protocol ?? "any"} ${match.name}`;
  }
}
