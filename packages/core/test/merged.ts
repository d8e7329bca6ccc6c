import { parseAllDocuments, stringify } from "yaml";

/** A manifest text with strategic merge patches merged into the objects they name, as `kubectl` merges what Kubernetes itself has. */
export function merged(text: string, patch: string): string {
  const patches = documentsIn(patch);
  const objects = documentsIn(text);
  for (const one of patches)
    if (!objects.some((object) => idOf(object) === idOf(one))) throw new Error(`${idOf(one)} is not there`);
  const all = objects.map((object) =>
    patches.filter((one) => idOf(one) === idOf(object)).reduce<Fields>(mergedMap, object),
  );
  return all.map((one) => stringify(one)).join("---\n");
}

type Fields = Readonly<Record<string, unknown>>;

function documentsIn(text: string): readonly Fields[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Fields);
}

function idOf({ kind, metadata }: Fields): string {
  const { namespace, name } = metadata as Fields;
  return `${kind} ${kind === "Namespace" ? "" : (namespace ?? "")}/${name}`;
}

/** Lists that are merged item by item, and what tells their items apart; all others are replaced. */
const KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  volumes: "name",
  volumeMounts: "mountPath",
};

function mergedMap(object: Fields, patch: Fields): Fields {
  const result: Record<string, unknown> = { ...object };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = mergedValue(field, object[field], value);
  }
  return result;
}

function mergedValue(field: string, old: unknown, value: unknown): unknown {
  if (Array.isArray(value)) {
    const key = KEYS[field];
    return key === undefined || !Array.isArray(old) ? value : mergedList(key, old, value);
  }
  return isMap(value) && isMap(old) ? mergedMap(old, value) : value;
}

function mergedList(key: string, old: readonly Fields[], patch: readonly Fields[]): readonly Fields[] {
  const patchOf = (item: Fields) => patch.find((one) => one[key] === item[key]);
  const kept = old.flatMap((item) => {
    const own = patchOf(item);
    if (own?.$patch === "delete") return [];
    return [own ? mergedMap(item, own) : item];
  });
  const come = patch.filter((one) => one.$patch !== "delete" && !old.some((item) => item[key] === one[key]));
  return [...kept, ...come];
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
