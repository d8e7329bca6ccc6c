import type { ControllerByPerson, Declarations, NamedByPerson, NeedByPerson } from "../model/declaration.ts";
import { readAskedPort } from "./asked-port.ts";
import { type Field, readList, readMap, readString } from "./field.ts";
import { refuse } from "./refusal.ts";
import { isMap } from "./tree.ts";

/** The sections of a configuration file that declare something about the cluster. */
export const DECLARING = ["jewels", "entries", "needs", "controllers"] as const;

/**
 * What a configuration file declares. An entry with anything wrong in it is reported and left out, the others count.
 *
 * Whether names mean anything is not known here.
 */
export function readDeclarations(root: Field | undefined): Declarations {
  const sound = <T>(section: (typeof DECLARING)[number], read: (item: Field) => T | undefined): readonly T[] =>
    readList(root?.child(section), "mappings").flatMap((item) => {
      const before = item.problems.found.length;
      const value = read(item);
      return value === undefined || item.problems.found.length > before ? [] : [value];
    });
  return {
    jewels: sound("jewels", (item) => readNamed(item, "a jewel")),
    entries: sound("entries", (item) => readNamed(item, "an entry")),
    needs: sound("needs", readNeed),
    controllers: sound("controllers", readController),
  };
}

/** A name alone, or `name` with a `reason`. */
function readNamed(item: Field, what: string): NamedByPerson | undefined {
  if (!isMap(item.value)) return nameIn(item);
  const field = readMap(item, ["name", "reason"]);
  const name = readEnd(field, "name", `${what} needs a \`name\` such as shop/db`);
  return name && { ...name, ...reasonIn(field), span: item.span };
}

function readNeed(item: Field): NeedByPerson | undefined {
  const field = readMap(item, ["from", "to", "port", "reason"]);
  const from = readEnd(field, "from", "a needed flow says `from` where it comes");
  const to = readEnd(field, "to", "a needed flow says where it goes `to`");
  const port = field?.child("port");
  const asked = port && readAskedPort(port);
  return from && to && { from, to, ...(asked && { port: asked }), ...reasonIn(field), span: item.span };
}

function readController(item: Field): ControllerByPerson | undefined {
  const field = readMap(item, ["ingressClass", "gatewayClass", "workloads", "reason"]);
  const ingress = readString(field?.child("ingressClass"));
  const gateway = readString(field?.child("gatewayClass"));
  const className = ingress ?? gateway;
  if (ingress !== undefined && gateway !== undefined)
    refuse(field, "gatewayClass", "one entry is about one class: an `ingressClass` or a `gatewayClass`");
  else if (!className) refuse(field, "ingressClass", "say which class it is: an `ingressClass` or a `gatewayClass`");
  const workloads = readList(field?.child("workloads"), "strings").flatMap((one) => nameIn(one) ?? []);
  if (workloads.length === 0) refuse(field, "workloads", "say which `workloads` serve the class");
  if (!className) return undefined;
  const kind = ingress === undefined ? "GatewayClass" : "IngressClass";
  return { kind, className, workloads, ...reasonIn(field), span: item.span };
}

function readEnd(field: Field | undefined, name: string, needed: string): NamedByPerson | undefined {
  const end = field?.child(name);
  if (!end) refuse(field, name, needed);
  return end && nameIn(end);
}

function nameIn(field: Field): NamedByPerson | undefined {
  const name = readString(field);
  if (name === "") field.reject("field-invalid", "a name is not empty");
  return name ? { name, span: field.span } : undefined;
}

function reasonIn(field: Field | undefined): { readonly reason?: string } {
  const reason = readString(field?.child("reason"));
  return reason === undefined ? {} : { reason };
}
