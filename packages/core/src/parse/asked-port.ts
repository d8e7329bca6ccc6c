import { PROTOCOLS, type Protocol } from "../model/flow.ts";
import { type Field, readString } from "./field.ts";

/** A port as people write it in files of ours: `TCP/5432`, `8080` (TCP), `UDP`, `ICMP`. Anything else is reported. */
export function readAskedPort(
  field: Field,
): { readonly protocol: Protocol | "other"; readonly port?: number } | undefined {
  const text = typeof field.value === "number" ? `${field.value}` : readString(field);
  const [first = "", second] = (text ?? "").toUpperCase().split("/");
  const protocol = first === "ICMP" && second === undefined ? "other" : PROTOCOLS.find((name) => name === first);
  const number = second ?? (protocol ? undefined : first);
  const port = Number(number);
  const isPort = number === undefined || (/^\d{1,5}$/.test(number) && port >= 1 && port <= 65_535);
  if (!isPort || (!protocol && second !== undefined)) {
    field.reject("field-invalid", `\`${text}\` is no port such as TCP/5432, 8080, UDP or ICMP`);
    return undefined;
  }
  return { protocol: protocol ?? ("TCP" as const), ...(number !== undefined && { port }) };
}
