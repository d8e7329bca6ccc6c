import { type Io, writePage } from "../io.ts";
import { page } from "../page.ts";
import { Unusable } from "../unusable.ts";
import { type InputOptions, load } from "./load.ts";

export interface ViewOptions extends InputOptions {
  readonly output: string;
}

/** `watertight view`: the viewer with the input in it, as one HTML file. */
export async function view(paths: readonly string[], options: ViewOptions, io: Io): Promise<number> {
  const loaded = await load(paths, options, io);
  const html = page({ ...loaded, script: await io.readViewerScript() });
  if (options.output === "-") {
    io.stdout.write(html);
    return 0;
  }
  try {
    await writePage(options.output, html);
  } catch (error) {
    throw new Unusable(`--output: ${options.output} cannot be written: ${(error as Error).message}`);
  }
  io.stdout.write(`wrote ${options.output} (${Math.ceil(html.length / 1024)} kB), open it in a browser\n`);
  return 0;
}
