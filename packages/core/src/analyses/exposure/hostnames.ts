/**
 * The hosts that a listener and a route of Gateway API have in common: those of the route that the listener takes, the listener's own
 * where the route names none, `*` for all. `*.shop.example` stands for names with one label more, or several.
 * Source: docs/semantics.md EXP-15, EXP-16.
 */
export function hostsInCommon(listener: string | undefined, route: readonly string[]): readonly string[] {
  const own = listener === undefined || listener === "" ? "*" : listener.toLowerCase();
  if (route.length === 0) return [own];
  return [...new Set(route.flatMap((host) => narrower(own, host.toLowerCase()) ?? []))];
}

/** The smaller of two host patterns where one takes in the other. */
function narrower(a: string, b: string): string | undefined {
  if (takesIn(a, b)) return b;
  return takesIn(b, a) ? a : undefined;
}

function takesIn(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
}
