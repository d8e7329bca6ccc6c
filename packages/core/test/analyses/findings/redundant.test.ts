import { describe, expect, test } from "vitest";
import { deployment, policy } from "../../report/listed.ts";
import { found, foundAlone } from "./found.ts";

const pods = [deployment("shop", "web"), deployment("shop", "db"), deployment("edge", "proxy")].join("---\n");

/** What NPG701 says of policies a, b, c, whose rules are written on all pods of a namespace unless they say otherwise. */
const redundant = (...specs: readonly string[]) =>
  foundAlone([pods, ...specs.map((spec, at) => policy("shop", "abc".charAt(at), spec))].join("---\n"), "NPG701")
    .map(({ key }) => key.replace("NPG701 shop/", ""))
    .sort();

const from = (peers: string, ports = "") =>
  `{ podSelector: {}, ingress: [{ from: [${peers}]${ports && `, ports: [${ports}]`} }] }`;
const ALL = "{ podSelector: {} }";
const WEB = "{ podSelector: { matchLabels: { app: web } } }";
const EDGE = "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } } }";

describe("NPG701, what allows nothing of its own", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["a peer beside a wider one of the rule", [from(`${ALL}, ${WEB}`)], ["a ingress[0].from[1]"]],
    [
      "a peer that another rule covers, beside one that none does",
      [from(ALL), from(`${EDGE}, ${WEB}`)],
      ["b ingress[0].from[1]"],
    ],
    ["of two equal peers the later", [from(`${WEB}, ${EDGE}, ${WEB}`)], ["a ingress[0].from[2]"]],
    [
      "of two equal peers of two rules the later",
      [from(`${WEB}, ${EDGE}`), from(`${WEB}, ${ALL}`)],
      ["a ingress[0].from[0]", "b ingress[0].from[0]"],
    ],
    ["a port within a range", [from(ALL, "{ port: 8000, endPort: 8100 }, { port: 8080 }")], ["a ingress[0].ports[1]"]],
    [
      "the rule as a whole, where all of it is covered",
      [from(`${ALL}, ${EDGE}`), from(`${EDGE}, ${WEB}`)],
      ["b ingress[0]"],
    ],
    ["not a peer on more ports than the wider one", [from(ALL, "{ port: 80 }"), from(`${EDGE}, ${WEB}`)], []],
    [
      "not a peer of a rule for more pods",
      [`{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [${ALL}] }] }`, from(`${EDGE}, ${WEB}`)],
      [],
    ],
    [
      "not a peer of another direction",
      [from(ALL), `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${WEB}] }] }`],
      [],
    ],
    ["not a port of another protocol", [from(ALL, "{ port: 53 }, { port: 53, protocol: UDP }")], []],
    [
      "not what only pods of today make equal",
      [from(`{ podSelector: { matchExpressions: [{ key: tier, operator: DoesNotExist }] } }, ${WEB}`)],
      [],
    ],
  ])("%s", (_, specs, expected) => {
    expect(redundant(...specs)).toEqual(expected);
  });

  test("can be taken out, and no connection changes", () => {
    const text = [
      pods,
      policy("shop", "a", from(`${ALL}, ${WEB}`, "{ port: 80 }, { port: 80 }")),
      policy("shop", "b", from(WEB, "{ port: 80 }")),
    ];
    const findings = found(text.join("---\n"), "NPG701");
    expect(findings.map(({ key, fix }) => [key, fix?.changes])).toEqual([
      ["NPG701 shop/a ingress[0].from[1]", []],
      ["NPG701 shop/a ingress[0].ports[1]", []],
      ["NPG701 shop/b ingress[0]", []],
    ]);
  });
});
