import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { NetworkPolicy } from "../model/cluster.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import type { Source, Span } from "../model/source.ts";
import { parse } from "./parse.ts";

/**
 * The sources that are not as they were once a patch is laid over them: each NetworkPolicy of the patch takes the place of the one
 * of its name where that is written, and those of a new name come last in the source called `added`.
 *
 * Of a policy only the spec is changed, and of that only what differs: comments, key order and everything besides stay. Spaces
 * inside brackets are made even. JSON is printed anew.
 * Cost: sources that name none of the policies are not read.
 */
export function overlay(
  sources: readonly Source[],
  patch: string,
  added: string,
  options: Options = UPSTREAM,
): readonly Source[] {
  const wanted = policiesIn([{ path: added, text: patch }], options);
  const names = wanted.map(({ name }) => name);
  const naming = sources.filter(({ text }) => names.some((name) => text.includes(name)));
  const known = new Map(policiesIn(naming, options).map((policy) => [keyOf(policy), policy]));
  const places = wanted.map((policy) => ({
    written: known.get(keyOf(policy))?.span,
    text: `${cut(patch, policy.span).text}\n`,
  }));
  const fresh = places.flatMap(({ written, text }) => (written ? [] : [text]));
  const changed = sources.flatMap((source): readonly Source[] => {
    const own = places.flatMap(({ written, text }) => (written?.path === source.path ? [{ span: written, text }] : []));
    const isAdded = source.path === added && fresh.length > 0;
    if (own.length === 0 && !isAdded) return [];
    const text = replaced(source.text, own);
    return [{ path: source.path, text: isAdded ? [text, ...fresh].join(SEPARATOR) : text }];
  });
  const isNew = fresh.length > 0 && !sources.some(({ path }) => path === added);
  return isNew ? [...changed, { path: added, text: fresh.join(SEPARATOR) }] : changed;
}

const SEPARATOR = "---\n";

function policiesIn(sources: readonly Source[], options: Options): readonly NetworkPolicy[] {
  return parse(sources, options, "verdicts").cluster.networkPolicies;
}

function keyOf({ namespace, name }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

/** A text with policies rewritten where they stand, the last first, so that the places of the others stay true. */
function replaced(text: string, policies: readonly { readonly span: Span; readonly text: string }[]): string {
  const inOrder = [...policies].sort((a, b) => b.span.line - a.span.line);
  return inOrder.reduce((whole, policy) => {
    const { start, end, text: old } = cut(whole, policy.span);
    const lines = rewritten(old, policy.span.column - 1, policy.text);
    const breaks = old.includes("\r\n") ? "\r\n" : "\n";
    return whole.slice(0, start) + lines.join(breaks) + whole.slice(end);
  }, text);
}

/** A policy's lines with the spec of another; all but the first are indented as it is. */
function rewritten(old: string, indent: number, wanted: string): readonly string[] {
  const margin = " ".repeat(indent);
  const inJson = old.startsWith("{");
  const tree = parseDocument(margin + old);
  const target = parseDocument(wanted);
  const text = inJson ? asJson(tree, target) : merged(tree, target, isSequenceIndented(old));
  const lines = (text ?? wanted).trimEnd().split("\n");
  return lines.map((line, i) => (i === 0 || line === "" ? line : margin + line));
}

function asJson(tree: Document, target: Document): string {
  return JSON.stringify({ ...tree.toJS(), spec: target.toJS().spec }, null, 2);
}

/** The document with the target's spec; `undefined` where its parts refer to each other, so that none can be changed alone. */
function merged(tree: Document.Parsed, target: Document.Parsed, indentSeq: boolean): string | undefined {
  const { contents } = tree;
  if (!isMap(contents) || !isMap(target.contents) || refersToItself(tree)) return undefined;
  tree.set("spec", mergedNode(tree.get("spec"), target.get("spec"), tree));
  return tree.toString({ lineWidth: 0, indentSeq });
}

function mergedNode(old: unknown, wanted: unknown, tree: Document): unknown {
  if (!isNode(old) || !isNode(wanted) || sameValue(old, wanted)) return isNode(old) && isNode(wanted) ? old : wanted;
  if (isMap(old) && isMap(wanted)) return mergedMap(old, wanted, tree);
  if (!isSeq(old) || !isSeq(wanted)) return wanted;
  return mergedSequence(old, wanted, tree);
}

/** Items that are wanted as they are stay as they are; another is made of the one at its position, if that is not wanted. */
function mergedSequence(old: YAMLSeq, wanted: YAMLSeq, tree: Document): YAMLSeq {
  const unused = new Set(old.items);
  const kept = wanted.items.map((item) => {
    const same = [...unused].find((one) => sameValue(one, item));
    unused.delete(same);
    return same;
  });
  old.items = wanted.items.map((item, i) => {
    const near = kept[i] ?? (unused.has(old.items[i]) ? old.items[i] : undefined);
    return mergedNode(near, item, tree);
  });
  return old;
}

function mergedMap(old: YAMLMap, wanted: YAMLMap, tree: Document): YAMLMap {
  for (const { key } of [...old.items]) if (!wanted.has(key)) old.delete(key);
  for (const { key, value } of wanted.items) {
    const name = isNode(key) ? key.toJS(tree) : key;
    if (old.has(name)) old.set(name, mergedNode(old.get(name, true), value, tree));
    else old.add({ key, value });
  }
  return old;
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function refersToItself(tree: Document.Parsed): boolean {
  let refers = false;
  visit(tree, {
    Node(_key, node) {
      if (isAlias(node) || (node as ParsedNode & { anchor?: string }).anchor !== undefined) refers = true;
    },
  });
  return refers;
}

/** Whether lists stand further in than the key they belong to. */
function isSequenceIndented(text: string): boolean {
  const [, key = "", dash = "  "] = /^([ -]*)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n( *)- /m.exec(text) ?? [];
  return dash.length > key.length;
}

/** The stretch a span is about, and its offsets. */
function cut(text: string, span: Span): { readonly start: number; readonly end: number; readonly text: string } {
  const start = offsetOf(text, span.line, span.column);
  const end = offsetOf(text, span.endLine, span.endColumn);
  const trimmed = start + text.slice(start, end).trimEnd().length;
  return { start, end: trimmed, text: text.slice(start, trimmed) };
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) at = text.indexOf("\n", at) + 1;
  return at + column - 1;
}
