import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "watertight-readme-"));

afterAll(() => rmSync(scratch, { recursive: true }));

describe("README.md shows what the commands print", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const sessions = [...readme.matchAll(/^```console\n(.*?)^```/gms)].map(([, session = ""]) => {
    const steps = session.split(/^\$ /m).slice(1);
    return { command: (steps[0] ?? "").split("\n")[0], steps };
  });

  it.each(sessions)("$command", ({ steps }) => {
    let status: number | null = null;
    for (const step of steps) {
      const [command = "", ...shown] = step.trimEnd().split("\n");
      if (command === "echo $?") {
        expect(shown.join("\n")).toBe(`${status}`);
        continue;
      }
      const answer = run(command);
      status = answer.status;
      expect(withoutSizes(answer.stdout.trimEnd())).toBe(withoutSizes(shown.join("\n")));
    }
  });
});

/** Runs a command of the README from the root of the repository; what it writes goes elsewhere. */
function run(command: string): { status: number | null; stdout: string } {
  const [program, ...words] = command.split(" ");
  expect(program).toBe("watertight");
  const output = words.indexOf("--output") + 1;
  const named = output > 0 ? (words[output] ?? "") : "";
  const args = words.map((word, i) => (output > 0 && i === output ? join(scratch, word) : word));
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, "packages/cli/dist/main.js"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, stdout: stdout.replaceAll(join(scratch, named), named) };
}

/** The size of a page changes with every build. */
function withoutSizes(text: string): string {
  return text.replace(/\d+ [kM]B/g, "… kB");
}
