import type { PortWord, Vocabulary, Wording } from "../analyst/catalogue.ts";
import { type Shape, shapeAt, type Whose } from "./policy-fields.ts";
import { scalar } from "./scalar.ts";
import { placeAt, type YamlPlace } from "./yaml-place.ts";

/** Something that could be written at the cursor. */
export interface Suggested {
  readonly word: string;
  /** What is written for it. */
  readonly text: string;
  readonly detail: string;
  readonly what: "field" | "label" | "value" | "port" | "namespace";
}

/** What may be written at an offset of a policy, with the offset where the word begins. */
export function suggestionsAt(
  text: string,
  offset: number,
  vocabulary: Vocabulary | undefined,
): { readonly from: number; readonly all: readonly Suggested[] } {
  const place = placeAt(text, offset);
  const shape = shapeAt(place.kind, place.path);
  const all = !shape ? [] : place.at === "key" ? keysOf(shape, vocabulary) : valuesOf(shape, place, vocabulary);
  return { from: place.from, all };
}

function keysOf(shape: Shape, vocabulary: Vocabulary | undefined): readonly Suggested[] {
  switch (shape.is) {
    case "record":
      return Object.entries(shape.fields).map(([word, field]) => ({
        word,
        text: field.is === "record" || field.is === "list" || field.is === "labels" ? `${word}:` : `${word}: `,
        detail: field.is === "list" ? "list" : "",
        what: "field",
      }));
    case "labels":
      return Object.entries(wordingOf(vocabulary, shape.whose)).map(([word, values]) => ({
        word,
        text: `${word}: `,
        detail: values.length === 1 ? (values[0] ?? "") : `${values.length} values`,
        what: "label",
      }));
    case "list":
      // A list that is begun without a dash.
      return keysOf(shape.of, vocabulary).map((one) => ({ ...one, text: `- ${one.text}` }));
    default:
      return [];
  }
}

function valuesOf(
  shape: Shape,
  { path, near }: Pick<YamlPlace, "path" | "near">,
  vocabulary: Vocabulary | undefined,
): readonly Suggested[] {
  const value = (what: Suggested["what"]) => (word: string) => ({ word, text: scalar(word), detail: "", what });
  switch (shape.is) {
    case "words":
      return shape.words.map((word) => ({ ...value("value")(word), text: word }));
    case "list":
      return valuesOf(shape.of, { path, near }, vocabulary);
    case "namespace":
      return (vocabulary?.namespaces ?? []).map(value("namespace"));
    case "label-key":
      return Object.keys(wordingOf(vocabulary, shape.whose)).map(value("label"));
    case "label-value": {
      const wording = wordingOf(vocabulary, shape.whose);
      const key = path.includes("values") ? near : path.at(-1);
      return (key !== undefined && Object.hasOwn(wording, key) ? (wording[key] ?? []) : []).map(value("value"));
    }
    case "port":
      return (vocabulary?.ports ?? []).flatMap((port) => [...named(port), ...numbered(port)]);
    case "port-number":
      return (vocabulary?.ports ?? []).flatMap(numbered);
    case "port-name":
      return (vocabulary?.ports ?? []).flatMap(named);
    default:
      return [];
  }
}

function numbered({ port, protocol, name, workloads }: PortWord): readonly Suggested[] {
  const detail = [`${protocol}${name === undefined ? "" : ` ${name}`}`, whoHas(workloads)].join(", ");
  return [{ word: `${port}`, text: `${port}`, detail, what: "port" }];
}

function named({ port, protocol, name, workloads }: PortWord): readonly Suggested[] {
  if (name === undefined) return [];
  return [{ word: name, text: scalar(name), detail: `${protocol} ${port}, ${whoHas(workloads)}`, what: "port" }];
}

function whoHas([first = "", ...more]: readonly string[]): string {
  const [namespace, , name] = first.split("/");
  return `${namespace}/${name}${more.length > 0 ? ` and ${more.length} more` : ""}`;
}

function wordingOf(vocabulary: Vocabulary | undefined, whose: Whose): Wording {
  if (!vocabulary) return {};
  return { pods: vocabulary.podLabels, namespaces: vocabulary.namespaceLabels, nodes: vocabulary.nodeLabels }[whose];
}
