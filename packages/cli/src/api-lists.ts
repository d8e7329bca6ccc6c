import type { ApiKind } from "./api-kinds.ts";

/** An object as the API lists it. */
export type ApiObject = Readonly<Record<string, unknown>> & { readonly metadata?: Readonly<Record<string, unknown>> };

const JSON_TYPE = "application/json";

/** A list as a table: a row an object, with what `kubectl get` prints and, of the object itself, its metadata. */
const TABLE_TYPE = "application/json;as=Table;g=meta.k8s.io;v=v1";

/** Where a list is, and how it is asked for and read. */
export interface ListRequest {
  readonly address: string;
  readonly accept: string;
  readonly query: Readonly<Record<string, string>>;
  readonly itemsIn: (body: object) => readonly ApiObject[];
}

export function listOf({ resource, extent }: ApiKind, version: string): ListRequest {
  const address = `${version.includes("/") ? "/apis" : "/api"}/${version}/${resource}`;
  return extent === "metadata"
    ? { address, accept: TABLE_TYPE, query: { includeObject: "Metadata" }, itemsIn: rowsIn }
    : {
        address,
        accept: JSON_TYPE,
        query: {},
        itemsIn: (body) => (body as { items?: readonly ApiObject[] }).items ?? [],
      };
}

/**
 * The metadata of each row with its type. A server that gives objects in place of a table has them stripped to that, and all of them
 * lose the copy of the whole object, values included, that `kubectl apply` keeps among the annotations.
 */
function rowsIn(body: object): readonly ApiObject[] {
  const { columnDefinitions = [], rows, items = [] } = body as Table;
  if (!rows)
    return items.map(({ metadata, type }) => ({
      metadata: withoutCopy(metadata),
      ...(type !== undefined && { type }),
    }));
  const at = columnDefinitions.findIndex(({ name }) => name === "Type");
  return rows.map(({ cells, object }) => ({
    metadata: withoutCopy(object?.metadata),
    ...(typeof cells[at] === "string" && { type: cells[at] }),
  }));
}

interface Table {
  readonly columnDefinitions?: readonly { readonly name: string }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: ApiObject }[];
  readonly items?: readonly ApiObject[];
}

function withoutCopy(metadata: ApiObject["metadata"] = {}): Readonly<Record<string, unknown>> {
  const { "kubectl.kubernetes.io/last-applied-configuration": _, ...annotations } = (metadata.annotations ??
    {}) as Record<string, unknown>;
  return { ...metadata, annotations };
}
