import { expect, test } from "vitest";
import { read } from "./read.ts";

test("a Node has the labels and the IP addresses it is known by", () => {
  const status =
    "{ addresses: [{ type: InternalIP, address: 10.0.0.1 }, { type: Hostname, address: n1 }, { type: ExternalIP, address: '2001:db8::1' }] }";
  const { cluster } = read(
    `apiVersion: v1\nkind: Node\nmetadata: { name: n1, labels: { zone: a } }\nstatus: ${status}\n`,
  );
  expect(cluster.nodes).toMatchObject([
    { name: "n1", labels: { values: new Map([["zone", "a"]]) }, addresses: ["10.0.0.1", "2001:db8::1"] },
  ]);
  expect(cluster.namespaces).toEqual([]);
});
