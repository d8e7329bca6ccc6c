import type { Node } from "../model/cluster.ts";
import { parseAddress } from "../model/ip.ts";
import { type Field, readList, readMap, readString } from "./field.ts";
import type { Metadata } from "./metadata.ts";

/** A Node with the addresses its status gives. Source: docs/semantics.md CNP-14. */
export function readNode(object: Field, { name, labels }: Metadata): Node {
  const status = readMap(object.child("status"));
  const addresses = readList(status?.child("addresses"), "mappings").flatMap((item) => {
    const address = readMap(item) && readString(item.child("address"));
    return address && parseAddress(address) ? [address] : [];
  });
  return { name, labels: { values: labels }, addresses: [...new Set(addresses)], span: object.span };
}
