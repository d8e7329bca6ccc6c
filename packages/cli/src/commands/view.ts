import { printable } from "@watertight/core";
import type { InputOptions } from "../input-options.ts";
import { fingerprint, type Io, writeText } from "../io.ts";
import { livePage, page, VERSIONS } from "../page.ts";
import { Unusable } from "../unusable.ts";
import { watch } from "../watch.ts";
import { loadWithTexts } from "./load.ts";

export interface ViewOptions extends InputOptions {
  readonly output?: string;
  readonly serve?: boolean;
  readonly port?: number;
}

/** `watertight view`: the viewer with the input in it, as one HTML file or from a server that follows the input. */
export async function view(paths: readonly string[], options: ViewOptions, io: Io): Promise<number> {
  if (options.serve) return serveView(paths, options, io);
  if (options.output === undefined)
    throw new Unusable("say where the page goes: --output <file> writes it, --serve shows it");
  const loaded = await loadWithTexts(paths, options, io);
  const html = page({ ...loaded, script: await io.readViewerScript() });
  if (options.output === "-") {
    io.stdout.write(html);
    return 0;
  }
  try {
    await writeText(options.output, html);
  } catch (error) {
    throw new Unusable(`--output: ${options.output} cannot be written: ${(error as Error).message}`);
  }
  io.stdout.write(`wrote ${options.output} (${Math.ceil(html.length / 1024)} kB), open it in a browser\n`);
  return 0;
}

/** Serves the page until Ctrl+C. An input that cannot be used any more leaves the last page that could be made. */
async function serveView(paths: readonly string[], options: ViewOptions, io: Io): Promise<number> {
  const script = await io.readViewerScript();
  const stdin = paths.includes("-") ? await io.readStdin() : new Uint8Array();
  const read = async () =>
    livePage({ ...(await loadWithTexts(paths, options, { ...io, readStdin: async () => stdin })), script });

  const before = await fingerprint(paths);
  const { serve } = await import("../serve.ts");
  const server = await serve(await read(), { port: options.port ?? 0, versions: VERSIONS });
  const end = new AbortController();
  const showAnew = async () => {
    try {
      server.show(await read());
      io.stderr.write("the input has changed: shown anew\n");
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      io.stderr.write(`the input has changed: ${printable(error.message)}\n`);
    }
  };
  io.stderr.write(`serving ${server.url} until Ctrl+C\n`);
  try {
    const interrupted = io.untilInterrupted().finally(() => end.abort());
    await Promise.all([interrupted, watch(paths, before, showAnew, end.signal)]);
  } finally {
    await server.end();
  }
  return 0;
}
