import type { Diagnostic } from "../model/diagnostic.ts";
import { readJson } from "./json.ts";
import { JsonFault } from "./json-fault.ts";
import { type JsonUnit, jsonUnits } from "./json-skim.ts";
import { isText, type Report, type SourceText } from "./text.ts";
import type { Document } from "./tree.ts";
import { readYaml } from "./yaml.ts";

/** Up to this size a text that looks like JSON, but is not, is tried as YAML. */
const FALLBACK_LIMIT = 1_000_000;

/** The documents of a source, one at a time, whichever format it is in. What cannot be read is reported. */
export function readDocuments(text: SourceText, report: Report): Iterable<Document> {
  if (!isText(text.text)) {
    report(notText(text));
    return [];
  }
  if (isOtherJson(text)) return readAll(text, (diagnostic) => report(asOtherFile(diagnostic)));
  return readAll(text, report);
}

function readAll(text: SourceText, report: Report): Iterable<Document> {
  if (!/^[\s\ufeff]*[[{]/.test(text.text)) return readYaml(text, report);
  const units = jsonUnits(text.text);
  const fault = units instanceof JsonFault ? units : firstFault(text, units);
  return fault ? readAsYaml(text, fault, report) : readUnits(text, units as readonly JsonUnit[], report);
}

/** Whether a file of JSON cannot hold an object, as the settings of many tools, which have comments too. */
function isOtherJson({ path, text }: SourceText): boolean {
  return /\.json$/i.test(path) && !/"(?:kind|apiVersion)"/.test(text);
}

/** What is wrong in a file that is none of ours is not worth more than a note. */
function asOtherFile(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== "syntax") return diagnostic;
  const message = "this is not JSON, and no object of Kubernetes either; it is left out";
  return { code: "not-a-manifest", severity: "info", message, ...(diagnostic.span && { span: diagnostic.span }) };
}

function notText(text: SourceText): Diagnostic {
  return {
    code: "source-not-text",
    severity: "error",
    message: "this is not text in UTF-8",
    span: text.span(0, 0),
    fix: "give YAML or JSON, saved as UTF-8",
  };
}

/** The fault of the first unit, if it has one: enough to tell YAML in braces from JSON with a mistake in one item. */
function firstFault(text: SourceText, units: readonly JsonUnit[]): JsonFault | undefined {
  const [first] = units;
  if (!first || first.list) return undefined;
  const document = readJson(text, first);
  return document instanceof JsonFault ? document : undefined;
}

function* readUnits(text: SourceText, units: readonly JsonUnit[], report: Report): Generator<Document> {
  for (const unit of units) {
    const document = readJson(text, unit);
    if (document instanceof JsonFault) report(faultDiagnostic(text, document));
    else yield document;
  }
}

/** YAML in braces looks like JSON at first. When it is no YAML either, what was wrong with the JSON says more. */
function readAsYaml(text: SourceText, fault: JsonFault, report: Report): readonly Document[] {
  const found: Diagnostic[] = [];
  const isSmall = text.text.length <= FALLBACK_LIMIT && fault.code === "syntax";
  const documents = isSmall ? [...readYaml(text, (diagnostic) => found.push(diagnostic))] : [];
  const isYaml = documents.length > 0 || found.some(({ code }) => code !== "syntax");
  for (const diagnostic of isYaml ? found : [faultDiagnostic(text, fault)]) report(diagnostic);
  return documents;
}

/** Tells why JSON cannot be read. */
export function faultDiagnostic(text: SourceText, fault: JsonFault): Diagnostic {
  return {
    code: fault.code,
    severity: "error",
    message: `not valid JSON: ${fault.message}`,
    span: text.span(fault.offset, fault.offset + 1),
  };
}
