import type { Node } from "../model/cluster.ts";
import { parseAddress } from "../model/ip.ts";
import type { Taint } from "../model/security.ts";
import { type Field, readList, readMap, readString } from "./field.ts";
import type { Metadata } from "./metadata.ts";
import { present, readEach } from "./resources/values.ts";

/** A Node with the addresses its status gives. Source: docs/semantics.md CNP-14. */
export function readNode(object: Field, { name, labels, annotations }: Metadata): Node {
  const status = readMap(object.child("status"));
  const addresses = readList(status?.child("addresses"), "mappings").flatMap((item) => {
    const address = readMap(item) && readString(item.child("address"));
    return address && parseAddress(address) ? [address] : [];
  });
  return {
    name,
    labels: { values: labels },
    annotations,
    addresses: [...new Set(addresses)],
    taints: readEach(readMap(object.child("spec"))?.child("taints")?.lenient, readTaint),
    ...present({ kubeletVersion: readString(readMap(status?.child("nodeInfo"))?.child("kubeletVersion")) }),
    span: object.span,
  };
}

function readTaint(taint: Field): Taint {
  const [key = "", value = "", effect = ""] = ["key", "value", "effect"].map((name) => readString(taint.child(name)));
  return { key, value, effect };
}
