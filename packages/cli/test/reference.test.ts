import { expect, test } from "vitest";
import { commandLine } from "../src/command-line.ts";
import { MANUALS, PROGRAM } from "../src/help/manuals.ts";
import { TOPICS } from "../src/help/topics.ts";
import { processIo } from "../src/io.ts";
import { reference } from "./reference.ts";

test("docs/cli.md says what the help texts say; `npm run docs:cli` writes it anew", async () => {
  const program = commandLine(processIo(), () => undefined);
  await expect(reference(program, MANUALS, PROGRAM, TOPICS)).toMatchFileSnapshot("../../../docs/cli.md");
});
