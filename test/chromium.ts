import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

/** A way to start the browser: the program, and what its environment needs besides ours. */
interface Candidate {
  readonly executablePath: string;
  readonly env?: Readonly<Record<string, string>>;
}

const args = [
  "--no-sandbox", // root may not use the sandbox; the tests open only pages of their own
  "--disable-gpu",
  "--font-render-hinting=none", // the same letters, whatever the screen
  "--hide-scrollbars",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const require = createRequire(import.meta.url);
const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));

/**
 * A running headless Chromium; close it when done.
 *
 * Tried in turn: the one npm brought (Linux x64), an installed one. `WATERTIGHT_CHROMIUM` names another, and then only that one is tried.
 * Errors: throws with what each of them said when none starts.
 */
export async function openBrowser(): Promise<Browser> {
  const named = process.env.WATERTIGHT_CHROMIUM;
  const candidates = named ? [() => ({ executablePath: named })] : [packed, ...installed.map((path) => () => at(path))];

  const failures: string[] = [];
  for (const find of candidates) {
    try {
      const found = await find();
      if (found) return await start(found);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    [
      "No Chromium could be started for the browser tests.",
      "Run `npm ci` again, or install Chromium and name it: WATERTIGHT_CHROMIUM=/path/to/chromium npm test",
      ...failures,
    ].join("\n\n"),
  );
}

function start({ executablePath, env }: Candidate): Promise<Browser> {
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
}

function at(executablePath: string): Candidate | undefined {
  return existsSync(executablePath) ? { executablePath } : undefined;
}

/** The browser of @sparticuz/chromium with its own libraries and fonts: no package of the system is needed. */
async function packed(): Promise<Candidate | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;

  const version: string = require("../package.json").devDependencies["@sparticuz/chromium"];
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  return {
    executablePath: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

/** Unpacks beside `folder` and moves into place at the end, so that a folder of that name is always whole. */
async function unpack(folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${folder}-`);
  try {
    // The package unpacks into the temporary folder, and its libraries only where it believes to be in a Lambda.
    const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
    const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: cache, env });
    await writeFile(join(draft, "fonts.conf"), fontsConf(folder));
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // otherwise another process was quicker
  }
}

/** One set of fonts everywhere, so that pictures compare: Open Sans for text, DejaVu for code, arrows and marks. */
function fontsConf(folder: string): string {
  const dejaVu = join(dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf");
  const alias = (family: string, font: string) =>
    `  <alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    "<fontconfig>",
    `  <dir>${join(folder, "fonts")}</dir>`,
    `  <dir>${dejaVu}</dir>`,
    `  <cachedir>${join(folder, "fonts-cache")}</cachedir>`,
    alias("sans-serif", "Open Sans"),
    alias("system-ui", "Open Sans"),
    alias("monospace", "DejaVu Sans Mono"),
    "</fontconfig>",
  ].join("\n");
}
