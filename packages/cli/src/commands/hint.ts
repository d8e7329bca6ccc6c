import type { InputOptions } from "../input-options.ts";

/** A command line to try next, with the same input; it can be pasted into a shell. */
export function commandLine(
  command: string,
  paths: readonly string[],
  { context, kubeconfig, assume, preset, namespace }: InputOptions,
  options: readonly string[],
): string {
  const cluster = [
    ...(context === undefined ? [] : ["--context", context]),
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ];
  const input = [
    ...(namespace === undefined ? [] : ["--namespace", namespace]),
    ...(preset === "upstream" ? [] : ["--preset", preset]),
    ...assume.flatMap((assumption) => ["--assume", assumption]),
  ];
  return ["watertight", command, ...paths, ...cluster, ...options, ...input].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
