import {
  type Endpoint,
  endpointsWithin,
  findDestination,
  findEndpoint,
  type NamedDestination,
  type Program,
  type Reachability,
} from "@watertight/core";
import { Unusable } from "../unusable.ts";

/** The one endpoint a person means by `text`. Throws {@link Unusable}, with what it may have meant, when there is no such one. */
export function oneEndpoint(program: Program, text: string, option: string): Endpoint {
  const found = findEndpoint(program, text);
  if (found.kind === "none" && findDestination(program, text).kind === "service")
    throw new Unusable(
      option === "--from"
        ? `${option}: \`${text}\` is a Service, and a Service starts no connections: name the workload behind it, whose pods do`
        : `${option}: \`${text}\` is a Service, which only \`query --to\` and \`list --to\` take; name the workload behind it`,
    );
  return only(found, text, option).endpoint;
}

/** The endpoint or Service a person means by `text`, in the same way. */
export function oneDestination(program: Program, text: string, option: string) {
  return only(findDestination(program, text), text, option);
}

function only<N extends NamedDestination>(found: N, text: string, option: string) {
  switch (found.kind) {
    case "service":
    case "endpoint":
      return found as Exclude<N, { readonly kind: "ambiguous" | "none" }>;
    case "ambiguous":
      throw new Unusable(
        [`${option}: \`${text}\` may mean any of these, name one:`, ...found.candidates.map((id) => `  ${id}`)].join(
          "\n",
        ),
      );
    case "none":
      throw new Unusable(
        found.similar.length > 0
          ? [`${option}: there is no endpoint \`${text}\`; did you mean`, ...found.similar.map((id) => `  ${id}`)].join(
              "\n",
            )
          : `${option}: there is no endpoint \`${text}\`; \`watertight list\` shows them all`,
      );
  }
}

/** The endpoints of a listing that `text` means: as {@link oneEndpoint}, and `namespace/*` for all of a namespace. */
export function someEndpoints(reachability: Reachability, text: string, option: string): readonly Endpoint[] {
  const { endpoints, program } = reachability;
  const exact = reachability.endpoint(text);
  if (exact) return [exact];
  if (!text.endsWith("/*")) return endpointsWithin(reachability, oneEndpoint(program, text, option));
  const members = endpoints.filter(({ namespace }) => namespace === text.slice(0, -2));
  if (members.length > 0) return members;
  const namespaces = [...new Set(endpoints.flatMap(({ namespace }) => namespace ?? []))];
  throw new Unusable(
    `${option}: nothing runs in a namespace \`${text.slice(0, -2)}\`; there are: ${namespaces.join(", ")}`,
  );
}
