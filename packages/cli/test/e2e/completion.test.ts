import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { db, folder, web } from "../runs.ts";

const PROGRAM = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** For each shell: a program that reads its script and prints what a command line may become. */
const ASK = {
  bash: {
    args: ["--norc", "--noprofile", "-c"],
    script: `source <(watertight completion bash)
files=files
compopt() { [ "$*" = "+o default" ] && files=""; }
COMP_LINE="$0" COMP_POINT=\${#0}
_watertight watertight
echo "$files"
printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  // What the functions of its completion system are given stands for what they show.
  zsh: {
    args: ["-f", "-c"],
    script: `compdef() { : }
_files() { print files }
_describe() { local item; for item in "\${(@P)2}"; do print -r -- "\${\${item%%[^\\\\]:*}}\${\${(M)item##*[^\\\\]:}[-2]}"; done }
source <(watertight completion zsh)
words=("\${(@s: :)0}") CURRENT=$#words
_watertight`,
  },
  fish: {
    args: ["--no-config", "-c"],
    script: `watertight completion fish | source
complete -C "$argv[1]"`,
  },
} as const;

type Shell = keyof typeof ASK;

/** What a shell offers for a command line in a folder with manifests. */
function offered(shell: Shell, line: string): readonly string[] {
  const bin = folder({ watertight: `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n` });
  chmodSync(join(bin, "watertight"), 0o755);
  const cwd = folder({ "k8s/web.yaml": web, "k8s/db.yaml": db });
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: cwd };
  const { args, script } = ASK[shell];
  const { stdout, stderr } = spawnSync(shell, [...args, script, line], { cwd, env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .map((word) => word.split("\t")[0]?.trim().replaceAll("\\:", ":") ?? "")
    .filter((word) => word !== "");
}

/** Bash is everywhere; the others are asked where they are installed. */
const installed = (Object.keys(ASK) as Shell[]).filter(
  (shell) => shell === "bash" || spawnSync(shell, ["-c", "true"]).status === 0,
);

describe.each(installed)("the script for %s", (shell) => {
  test("completes commands, options, their values and the names in the input", () => {
    expect(offered(shell, "watertight wh")).toEqual(["what-if"]);
    expect(offered(shell, "watertight query k8s --expect ")).toEqual(["allow", "deny"]);
    expect(offered(shell, "watertight query k8s --from shop/")).toEqual(["shop/db", "shop/web"]);
    expect(offered(shell, "watertight list k8s --assume podC")).toEqual(["podCIDRs="]);
  });

  test("leaves files to the shell", () => {
    expect(offered(shell, "watertight list k8")).toEqual([shell === "fish" ? "k8s/" : "files"]);
  });

  test("evaluates nothing that is typed", () => {
    const trap = join(folder({}), "trap");
    writeFileSync(`${trap}.yaml`, web);
    offered(shell, `watertight query $(touch${"\t"}${trap}) --from \`touch${"\t"}${trap}\` --ex`);
    expect(spawnSync("ls", [trap]).status).not.toBe(0);
  });
});

test("bash gets the rest of a word that it takes for several", () => {
  expect(offered("bash", "watertight list k8s --format=js")).toEqual(["json"]);
  expect(offered("bash", "watertight list k8s --assume icmp=al")).toEqual(["allow"]);
});
