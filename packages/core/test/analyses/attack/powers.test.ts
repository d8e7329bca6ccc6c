import fc from "fast-check";
import { expect, test } from "vitest";
import { attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { closure } from "../../../src/analyses/attack/cheapest.ts";
import { graphOf } from "../../../src/analyses/attack/graph.ts";
import { compile } from "../../../src/compile/compile.ts";
import { reach } from "../../../src/engine/reach.ts";
import { powerfulCluster } from "../../arbitraries-powers.ts";
import { heldFrom, worldOf } from "../../oracle/attack.ts";
import { runs } from "../../properties/engine.ts";

/** Labels given to pods and namespaces have a property of their own: what they add is left out on both sides. */
const ELSEWHERE: ReadonlySet<string> = new Set(["PC-SPOOF", "RB-NSLABEL"]);

const KINDS: Readonly<Record<string, string>> = { own: "own", act: "act", know: "know", root: "root", admin: "admin" };

function told(kind: string, name: string): readonly string[] {
  const word = KINDS[kind];
  if (word === undefined || name.startsWith("secrets:")) return [];
  return [word === "admin" ? word : `${word} ${name.replace(/^(?:serviceaccount|secret|node):/, "")}`];
}

test("what falls is what trying the rules of the catalogue one by one gives", () => {
  fc.assert(
    fc.property(powerfulCluster, (drawn) => {
      const { graph, footholds } = attackGraph(reach(compile(drawn).program));
      const world = worldOf(drawn);
      const rest = graphOf({ ...graph, rules: graph.rules.filter(({ edge }) => !ELSEWHERE.has(edge)) });
      for (const { own, id } of footholds) {
        const held = closure(rest, [own]).flatMap((at) =>
          told(graph.facts[at]?.kind ?? "", graph.facts[at]?.name ?? ""),
        );
        const expected = [...heldFrom(world, id)].filter((fact) => KINDS[fact.split(" ")[0] as string] !== undefined);
        expect([...new Set(held)].sort()).toEqual(expected.sort());
      }
    }),
    runs(15),
  );
}, 240_000);
