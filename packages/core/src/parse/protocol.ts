import { PROTOCOLS, type Protocol } from "../model/flow.ts";
import { type Field, readString } from "./field.ts";

/** `protocol` of a container or service port; TCP where none is written. */
export function readProtocol(port: Field): Protocol {
  const field = port.child("protocol");
  const written = readString(field);
  const protocol = PROTOCOLS.find((known) => known === written);
  if (written && !protocol)
    field?.reject(
      "field-invalid",
      `\`${written.slice(0, 100)}\` is not a protocol`,
      `use one of ${PROTOCOLS.join(", ")}`,
    );
  return protocol ?? "TCP";
}
