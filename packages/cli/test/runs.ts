import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Io, Output } from "../src/io.ts";
import { run } from "../src/main.ts";

/** What a run left behind. */
export interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Lines on stderr. */
  readonly lines: readonly string[];
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Io["env"];
  readonly tty?: { readonly columns: number };
  /** What stands in for the viewer. */
  readonly script?: string;
  readonly today?: string;
  /** What is done before Ctrl+C; it may ask what has been written to stderr so far. */
  readonly untilInterrupted?: (err: () => string) => Promise<void>;
}

/** Runs one command line with streams that are kept. */
export async function watertight(args: readonly string[], surroundings: Surroundings = {}): Promise<Result> {
  const { stdin = "", env = {}, tty, script = "/* viewer */", today = "2026-06-01", untilInterrupted } = surroundings;
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err"): Output => ({
    write: (text) => {
      written[name] += text;
      return true;
    },
    once: () => undefined,
    ...(tty && { isTTY: true, columns: tty.columns }),
  });
  const io: Io = {
    stdout: stream("out"),
    stderr: stream("err"),
    env,
    today: () => today,
    readStdin: async () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
    readViewerScript: async () => script,
    untilInterrupted: async () => untilInterrupted?.(() => written.err),
  };
  const status = await run(args, io);
  return { status, ...written, lines: written.err.split("\n").filter((line) => line !== "") };
}

/** A new folder with these files, gone when the test is. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), "watertight-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** A workload in eight lines. */
export const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
`;

/** A database, and the policy that lets only `web` in. */
export const db = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: db }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]
`;

export const echo = web.replaceAll("web", "echo").replaceAll("shop", "open");
