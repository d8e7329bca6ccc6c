import { findEndpoint, type Program } from "@watertight/core";

/** What is wrong with the name of an endpoint a person typed; nothing where it is one. */
export function problemWith(program: Program, text: string): string | undefined {
  const found = findEndpoint(program, text);
  if (found.kind === "ambiguous") return `${text} may mean ${found.candidates.join(" or ")}`;
  if (found.kind !== "none") return undefined;
  const hint = found.similar.length > 0 ? `; did you mean ${found.similar.join(", ")}?` : "";
  return `nothing is called ${text}${hint}`;
}
