import { Composer, type CST, Lexer, Parser, type Document as YamlDocument } from "yaml";
import type { Diagnostic } from "../model/diagnostic.ts";
import { Places } from "./places.ts";
import { causeOfSyntaxError } from "./template.ts";
import type { Report, SourceText } from "./text.ts";
import { type Document, isList, isListKind, type ListHeader, MAX_DEPTH, stringAt } from "./tree.ts";
import { readBlock } from "./yaml-block.ts";
import { type Stretch, splitDocuments, splitList } from "./yaml-split.ts";
import { TreeBuilder, YamlFault } from "./yaml-tree.ts";

const TOO_DEEP = "nested too deep to be read";

/** The largest YAML document that is read; JSON has no limit. In UTF-16 units. */
export const MAX_DOCUMENT = 16_000_000;

/**
 * The documents of a YAML stream, and the items of a list one by one in its place. One that cannot be read is reported and left
 * out; the others are not affected.
 */
export function* readYaml(text: SourceText, report: Report): Generator<Document> {
  for (const stretch of splitDocuments(text.text)) yield* readStretch(text, stretch, report);
}

function* readStretch(text: SourceText, stretch: Stretch, report: Report): Generator<Document> {
  const list = readListParts(text, stretch);
  if (!list) {
    yield* readDocument(text, stretch, report);
    return;
  }
  for (const item of list.items) yield* readItem(text, item, list.header, report);
}

function* readDocument(text: SourceText, stretch: Stretch, report: Report): Generator<Document> {
  const document = readTree(text, stretch);
  if (document instanceof YamlFault) report(faultDiagnostic(text, stretch, document));
  else yield document;
}

/** An item is read with its dash, as a list of one. */
function* readItem(text: SourceText, stretch: Stretch, list: ListHeader, report: Report): Generator<Document> {
  for (const entry of readDocument(text, stretch, report)) {
    const { root, places } = entry;
    if (!isList(root)) yield { ...entry, list };
    else for (const [i, item] of root.entries()) yield { ...entry, root: item, places: places.inside([i]), list };
  }
}

/** The items of a document that is a list of objects; `undefined` for one that is better read whole. */
function readListParts(
  text: SourceText,
  { start, end }: Stretch,
): { header: ListHeader; items: readonly Stretch[] } | undefined {
  const content = text.text.slice(start, end);
  const parts = splitList(content);
  if (!parts || (content.length <= MAX_DOCUMENT && sharesAnchors(content))) return undefined;
  const shift = (part: Stretch) => ({ start: part.start + start, end: part.end + start });
  const said = [parts.head, parts.tail].map((part) => readTree(text, shift(part)));
  const roots = said.flatMap((part) => (part instanceof YamlFault ? [] : [part.root]));
  const kind = roots.map((root) => stringAt(root, "kind")).find(isListKind);
  if (roots.length < 2 || kind === undefined) return undefined;
  const apiVersion = roots.map((root) => stringAt(root, "apiVersion")).find((version) => version !== undefined) ?? "";
  return { header: { apiVersion, kind }, items: parts.items.map(shift) };
}

/** Whether entries may refer to each other, so that they cannot be read apart. */
function sharesAnchors(content: string): boolean {
  return /[:-][ \t]+&[^\s&]/.test(content) && /[:-][ \t]+\*[^\s*]/.test(content);
}

function readTree(text: SourceText, stretch: Stretch): Document | YamlFault {
  if (stretch.end - stretch.start > MAX_DOCUMENT)
    return new YamlFault("source-too-large", 0, 0, "the document is larger than 16 MB");
  const block = readBlock(text.text, stretch, "without parts");
  if (!block) return readSyntaxTree(text, stretch);
  const places = new Places(text, block, () => readBlock(text.text, stretch, "with parts") ?? block);
  return { root: block.value, places, problems: [] };
}

/** The same by the YAML library, whatever the document is like. */
export function readSyntaxTree(text: SourceText, { start, end }: Stretch): Document | YamlFault {
  const problems: Diagnostic[] = [];
  try {
    probe(text.text, start, end);
    const { contents } = compose(text.text.slice(start, end));
    const builder = new TreeBuilder(text, start, (problem) => problems.push(problem));
    const written = builder.build(contents);
    return { root: written.value, places: new Places(text, written, () => written), problems };
  } catch (fault) {
    if (fault instanceof YamlFault) return fault;
    if (fault instanceof RangeError) return new YamlFault("nesting-too-deep", 0, 0, TOO_DEEP);
    throw fault;
  }
}

/** Documents longer than this are first tried on their beginning. */
const PROBED = 250_000;
const PROBE = 60_000;

/**
 * Fails on a long text that goes wrong right at its start, without reading all of it: junk takes far longer to read than YAML.
 * What is wrong in the first half of the beginning cannot come from where it was cut off.
 */
function probe(text: string, start: number, end: number): void {
  if (end - start <= PROBED) return;
  try {
    compose(text.slice(start, start + PROBE));
  } catch (fault) {
    if (fault instanceof YamlFault && fault.start < PROBE / 2) throw fault;
  }
}

/** The syntax tree of one document, or the first thing wrong with it, thrown. Stops at once at what no document can hold. */
function compose(content: string): YamlDocument.Parsed {
  const composer = new Composer({
    schema: "failsafe",
    // What a tag such as `!!omap` makes of a value is nothing that manifests know.
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: "silent",
  });
  const documents: YamlDocument.Parsed[] = [];
  for (const token of tokensOf(content)) {
    if (token.type === "error") throw new YamlFault("syntax", token.offset, token.offset + 1, reword(token.message));
    for (const document of composer.next(token)) documents.push(document);
    failOnErrors(documents);
  }
  for (const document of composer.end(true, content.length)) documents.push(document);
  failOnErrors(documents);
  const [document, second] = documents;
  if (second)
    throw new YamlFault("syntax", second.range[0], second.range[0] + 1, "a second document starts here without `---`");
  if (!document) throw new YamlFault("syntax", 0, 0, "there is no document");
  return document;
}

/** Tokens open at once: of each level a mapping or list, its key, its value. */
const MAX_OPEN = 3 * MAX_DEPTH;

/**
 * The tokens of a text that is not nested too deep. Parser and composer call themselves for every level, and a program that comes near
 * the end of its stack may not only throw: V8 ends the process when it has to compile a regular expression there.
 */
function* tokensOf(content: string): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(content)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN) {
      throw new YamlFault("nesting-too-deep", parser.offset, parser.offset + 1, TOO_DEEP);
    }
  }
  yield* parser.end();
}

function failOnErrors(documents: readonly YamlDocument.Parsed[]): void {
  const error = documents.flatMap(({ errors }) => errors).sort((a, b) => a.pos[0] - b.pos[0])[0];
  if (!error) return;
  const [start, end] = error.pos;
  if (error.code === "RESOURCE_EXHAUSTION") throw new YamlFault("nesting-too-deep", start, end, TOO_DEEP);
  throw new YamlFault("syntax", start, end, reword(error.message));
}

function reword(message: string): string {
  const [line = ""] = message.replace(/"([^"\n]+)"/g, "`$1`").split("\n");
  const sentence = line.replace(/[.:]?\s*$/, "");
  return sentence.charAt(0).toLowerCase() + sentence.slice(1, 200);
}

function faultDiagnostic(text: SourceText, { start, end }: Stretch, fault: YamlFault): Diagnostic {
  const cause = fault.code === "syntax" ? causeOfSyntaxError(text, start, end) : undefined;
  if (cause) return cause;
  const fix = fixFor(fault);
  return {
    code: fault.code,
    severity: "error",
    message: fault.message,
    span: text.span(start + fault.start, start + fault.end),
    ...(fix !== undefined && { fix }),
  };
}

function fixFor({ code, message }: YamlFault): string | undefined {
  if (code === "source-too-large") return "split it into documents with `---`, or give it as JSON";
  if (/tab/i.test(message)) return "indent with spaces";
  if (/nested mappings|compact mapping/.test(message))
    return "quote the value if it contains `: `, or put what follows on its own line";
  if (/reserved character/.test(message)) return "put the value in quotes";
  return undefined;
}
