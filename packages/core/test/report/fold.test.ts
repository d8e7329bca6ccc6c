import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.ts";
import type { Endpoint } from "../../src/engine/endpoints.ts";
import { reach } from "../../src/engine/reach.ts";
import { IpSet, parseCidr } from "../../src/model/ip.ts";
import { type Anchor, fold } from "../../src/report/fold.ts";
import { type Listing, listConnections } from "../../src/report/listing.ts";
import { namesOf, OUTSIDE } from "../../src/report/names.ts";
import { scenario } from "../arbitraries.ts";
import { deployment, listed, policy, shop } from "./listed.ts";

describe("rows", () => {
  test("say exactly what the connections are", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        scenario,
        fc.constantFrom("pod" as const, "workload" as const, "namespace" as const),
        fc.constantFrom<Anchor>("from", "to"),
        ({ cluster, options }, by, anchor) => {
          const listing = listConnections(reach(compile(cluster, options).program, { by }));
          expect(unfolded(listing, anchor)).toEqual(written(listing));
        },
      ),
    );
  });

  test("of a cluster without policies are two, however many workloads there are", () => {
    const workloads = Array.from({ length: 30 }, (_, i) => deployment(`team${i % 3}`, `app${i}`));
    expect(fold(listed(workloads), "to")).toEqual([
      { anchors: ["every workload"], lines: [{ ports: "all", others: ["every workload", OUTSIDE] }] },
      { anchors: [OUTSIDE], lines: [{ ports: "all", others: ["every workload"] }] },
    ]);
  });

  test("fold a namespace whose pods may all reach each other", () => {
    const inside = "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }";
    const documents = [...["a", "b", "c"].map((name) => deployment("team", name)), deployment("other", "x")];
    const rows = fold(listed([...documents, policy("team", "inside", inside)]), "to");
    expect(rows.find(({ anchors }) => anchors.includes("team/*"))).toEqual({
      anchors: ["team/*"],
      lines: [{ ports: "all", others: ["team/*"] }],
    });
  });

  test("name the few that are missing rather than the many that are there", () => {
    const workloads = Array.from({ length: 9 }, (_, i) => deployment(`team${i}`, "app"));
    const quiet = policy("team4", "quiet", "{ podSelector: {}, policyTypes: [Egress], egress: [] }");
    const rows = fold(listed([...workloads, quiet]), "to");
    expect(rows[0]?.lines).toEqual([{ ports: "all", others: ["every workload (except team4/app)", OUTSIDE] }]);
  });

  test("write addresses as a block with exceptions where that is shorter", () => {
    const all = "{ ipBlock: { cidr: 0.0.0.0/0, except: [203.0.113.0/24] } }";
    const most = policy("shop", "most", `{ podSelector: {}, ingress: [{ from: [${all}] }] }`);
    const rows = fold(listed([deployment("shop", "web"), most]), "from");
    expect(rows.map(({ anchors }) => anchors)).toEqual([["shop/web"], ["0.0.0.0/0 (except 203.0.113.0/24)"]]);
  });

  test("say once what all outside addresses have, and then what some have besides", () => {
    const outside = fold(listed(shop), "to").filter(({ anchors }) => /^\d|^any/.test(anchors.join()));
    expect(outside).toEqual([
      { anchors: [OUTSIDE], lines: [{ ports: "all", others: ["open/echo", "shop/*"] }] },
      { anchors: ["203.0.113.0/24"], lines: [{ ports: "all", others: ["jobs/report"] }] },
    ]);
  });

  test("leave addresses that were asked about to themselves", () => {
    const listing = listed(shop);
    const asked = listing.endpoints.filter(({ id }) => id === "203.0.113.0/24");
    const rows = fold(listConnections(listing.reachability, { to: asked }), "to");
    expect(rows.map(({ anchors }) => anchors)).toEqual([["203.0.113.0/24"]]);
  });

  test("write an exception to an exception inside it", () => {
    const blocks = "[{ ipBlock: { cidr: 10.0.0.0/8, except: [10.11.0.0/16] } }, { ipBlock: { cidr: 192.168.0.0/16 } }]";
    const open = policy("shop", "open", `{ podSelector: {}, ingress: [{ from: ${blocks} }] }`);
    const anchors = fold(listed([deployment("shop", "web"), open]), "from").flatMap((row) => row.anchors);
    expect(anchors).toEqual(["shop/web", "10.0.0.0/8 (except 10.11.0.0/16)", "192.168.0.0/16"]);
    const rest = policy(
      "shop",
      "rest",
      "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 8.8.8.8/32 } }] }] }",
    );
    const { endpoints } = listed([deployment("shop", "web"), open, rest]);
    expect(endpoints.map(namesOf(endpoints))).toContain(
      "0.0.0.0/0 (except 8.8.8.8/32, 10.0.0.0/8 (except 10.11.0.0/16), 192.168.0.0/16)",
    );
  });

  test("give names that two workloads share in full", () => {
    const pod =
      "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec: { containers: [{ name: c }] }\n";
    const { endpoints } = listed([deployment("shop", "web"), pod, deployment("shop", "db")]);
    const nameOf = namesOf(endpoints);
    expect(endpoints.slice(0, 3).map(nameOf)).toEqual(["shop/db", "shop/Deployment/web", "shop/Pod/web"]);
  });
});

/** Every pair that some row names, with its ports; read back from the words. */
function unfolded(listing: Listing, anchor: Anchor): readonly string[] {
  const pairs = fold(listing, anchor).flatMap(({ anchors, lines }) =>
    meant(listing, anchors).flatMap((one) =>
      lines.flatMap(({ ports, others }) =>
        meant(listing, others).map((other) => (anchor === "from" ? [one, other, ports] : [other, one, ports])),
      ),
    ),
  );
  const isPair = ([from, to]: readonly unknown[]) => from !== to && !(isOutside(from) && isOutside(to));
  return pairs
    .filter(isPair)
    .map(([from, to, ports]) => `${(from as Endpoint).id} ${(to as Endpoint).id} ${ports}`)
    .sort();
}

function written({ connections }: Listing): readonly string[] {
  return Array.from(connections, ({ from, to, connections: ports }) => `${from.id} ${to.id} ${ports}`).sort();
}

function isOutside(endpoint: unknown): boolean {
  return (endpoint as Endpoint).type === "address";
}

/** The endpoints that words stand for. */
function meant({ endpoints, reachability }: Listing, words: readonly string[]): readonly Endpoint[] {
  const nameOf = namesOf(endpoints);
  const inside = endpoints.filter(({ type }) => type !== "address");
  const outside = endpoints.filter(({ type }) => type === "address");
  const plain = (word: string): readonly Endpoint[] => {
    if (word === `every ${reachability.by}`) return inside;
    if (word.endsWith("/*")) return inside.filter(({ namespace }) => `${namespace}/*` === word);
    return inside.filter((endpoint) => nameOf(endpoint) === word);
  };
  const addresses = (word: string) => (word === OUTSIDE ? IpSet.ALL : (parseCidr(word)?.set ?? IpSet.NONE));
  const found = new Set<Endpoint>();
  let set = IpSet.NONE;
  for (const { head, except } of parsed(words.join(", "))) {
    const left = new Set(except.flatMap((exception) => plain(exception.head)));
    for (const endpoint of plain(head)) if (!left.has(endpoint)) found.add(endpoint);
    set = set.union(addressesOf({ head, except }, addresses));
  }
  const blocks = outside.filter(({ cidrs = [] }) => cidrs.every((cidr) => set.includes(addresses(cidr))));
  return [...found, ...blocks];
}

interface Word {
  readonly head: string;
  readonly except: readonly Word[];
}

/** `a, b (except c, d (except e))`, read back. */
function parsed(text: string): readonly Word[] {
  let rest = text;
  const list = (): Word[] => {
    const items: Word[] = [];
    for (;;) {
      const head = /^.*?(?= \(except |[,)]|$)/.exec(rest)?.[0] ?? "";
      rest = rest.slice(head.length);
      const hasExceptions = rest.startsWith(" (except ");
      if (hasExceptions) rest = rest.slice(" (except ".length);
      items.push({ head, except: hasExceptions ? list() : [] });
      if (hasExceptions) rest = rest.slice(")".length);
      if (!rest.startsWith(", ")) return items;
      rest = rest.slice(", ".length);
    }
  };
  return list();
}

function addressesOf({ head, except }: Word, of: (head: string) => IpSet): IpSet {
  return except.reduce((set, exception) => set.subtract(addressesOf(exception, of)), of(head));
}
