import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

/** What a JSON answer has against its published schema; empty when nothing. */
export function violations(
  name:
    | "connections-v1"
    | "decision-v1"
    | "delta-v1"
    | "exposure-v1"
    | "findings-v1"
    | "paths-v1"
    | "policies-v1"
    | "test-v1",
  answer: unknown,
): readonly string[] {
  const schema = JSON.parse(readFileSync(new URL(`../../schema/${name}.json`, import.meta.url), "utf8"));
  const validate = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
  validate(answer);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
