import { closest, printable } from "@watertight/core";
import type { Command } from "commander";
import { commandOf } from "../input-options.ts";
import type { Io } from "../io.ts";
import { widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { helpWidth, listed } from "./manual.ts";
import { TOPICS, topicText } from "./topics.ts";

/** `watertight help [TOPIC]`: a command's help, or what all commands share. */
export function addHelp(program: Command, io: Io): void {
  program.addHelpText("after", ({ command, error }) => topicsListed(helpWidth(command, error)));
  commandOf(program, "help")
    .argument("[topic]", `a command, or one of: ${Object.keys(TOPICS).join(", ")}`)
    .action((name?: string) => {
      const command = program.commands.find((command) => command.name() === name);
      const topic = name !== undefined && Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
      if (topic) io.stdout.write(topicText(topic, widthOf(io.stdout)));
      else if (command) command.outputHelp();
      else if (name === undefined) program.outputHelp();
      else throw unknown(name, program);
    });
}

function topicsListed(width: number): string {
  const rows = Object.entries(TOPICS).map(([name, { summary }]) => [name, summary] as const);
  return `\nTopics of \`watertight help\`:\n${listed(rows, width)}`;
}

function unknown(name: string, program: Command): Unusable {
  const names = [...program.commands.map((command) => command.name()), ...Object.keys(TOPICS)];
  const similar = closest(
    name,
    names.map((id) => ({ id, spellings: [id] })),
  );
  const hint = similar.length > 0 ? `did you mean ${similar.join(" or ")}?` : `there are: ${names.join(", ")}`;
  return new Unusable(`there is no command or topic \`${printable(name)}\`; ${hint}`);
}
