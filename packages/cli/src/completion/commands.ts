import { Argument, type Command } from "commander";
import { commandOf } from "../input-options.ts";
import type { Io } from "../io.ts";
import { placeOf } from "./place.ts";
import { SCRIPTS, SHELLS, type Shell } from "./scripts.ts";
import { suggestions } from "./suggest.ts";

/** `watertight completion SHELL`, and what its scripts ask: the words of a command line up to the cursor. */
export function addCompletion(program: Command, io: Io): void {
  commandOf(program, "completion")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .action((shell: Shell) => {
      io.stdout.write(SCRIPTS[shell]);
    });
  program.command("__complete [word...]", { hidden: true }).action(async (words: readonly string[]) => {
    const current = words.at(-1) ?? "";
    const { contextsFor, namesIn, revisions } = await import("../commands/analyses.ts");
    const { words: all, files } = await suggestions(placeOf(program, words), program, {
      names: (given) => namesIn(given, io),
      contexts: (given) => contextsFor(given, io),
      revisions,
    });
    const fitting = all.filter(({ text }) => text.startsWith(current));
    const lines = fitting.map(({ text, about }) => `${text}\t${about}`);
    io.stdout.write([files ? "files" : "words", ...lines, ""].join("\n"));
  });
}
