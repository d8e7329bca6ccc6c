import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

/** What an answer has against the schema that the core package publishes; empty when nothing. */
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
  const path = fileURLToPath(import.meta.resolve(`@watertight/core/schema/${name}.json`));
  const schema = JSON.parse(readFileSync(path, "utf8"));
  const validate = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
  validate(answer);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
