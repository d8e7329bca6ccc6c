import { ConnectionSet } from "../../model/connections.ts";
import { PROTOCOLS } from "../../model/flow.ts";
import { connectionsOf, type PortMatch } from "../../model/ports.ts";
import type { Span } from "../../model/source.ts";

/** A list of port entries that stands for these connections; `any` when protocols without ports are among them. */
export function entriesFor(connections: ConnectionSet, span: Span): "any" | readonly PortMatch[] {
  if (!connections.intersect(ConnectionSet.OTHER).isEmpty) return "any";
  return PROTOCOLS.flatMap((protocol) =>
    connections
      .portRanges(protocol)
      .map(
        ([first, last]): PortMatch =>
          first === 1 && last === 65535
            ? { kind: "every-port", protocol, span }
            : { kind: "range", protocol, first, last, span },
      ),
  );
}

/**
 * Port entries less some connections: numbers are cut out of ranges, a name goes as a whole.
 *
 * `resolved` says what each entry stands for where the rule applies. A list open to every port becomes one of the ports that stay,
 * which leaves out protocols without ports.
 */
export function entriesWithout(
  ports: "any" | readonly PortMatch[],
  cut: ConnectionSet,
  span: Span,
  resolved: (match: PortMatch) => ConnectionSet,
): readonly PortMatch[] {
  if (ports === "any") return entriesOf(ConnectionSet.ALL_PORTS.subtract(cut), span);
  return ports.flatMap((match) => {
    if (resolved(match).intersect(cut).isEmpty) return [match];
    return match.kind === "named" ? [] : entriesOf(connectionsOf(match, []).subtract(cut), match.span);
  });
}

function entriesOf(connections: ConnectionSet, span: Span): readonly PortMatch[] {
  const entries = entriesFor(connections.intersect(ConnectionSet.ALL_PORTS), span);
  return entries === "any" ? [] : entries;
}
