import type { Command, Option } from "commander";
import { type Manual, partsOf, type Row } from "../src/help/manual.ts";
import type { Topic } from "../src/help/topics.ts";

/** The reference of the command line in Markdown: what the help texts say, in the same order. */
export function reference(
  program: Command,
  manuals: Readonly<Record<string, Manual>>,
  whole: Manual,
  topics: Readonly<Record<string, Topic>>,
): string {
  const commands = program.createHelp().visibleCommands(program);
  return [
    "# The command line",
    "",
    "What `watertight --help`, `watertight COMMAND --help` and `watertight help TOPIC` say, on one page.",
    "",
    ...paragraphs(whole),
    ...parts(whole),
    ...commands.flatMap((command) => section(command, manuals[command.name()])),
    ...Object.entries(topics).flatMap(([name, topic]) => topicSection(name, topic)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function section(command: Command, manual: Manual | undefined): readonly string[] {
  if (!manual) throw new Error(`${command.name()} has no manual`);
  const usages = command.usage().split("\n       ");
  const lines = usages.map((usage) =>
    usage.startsWith("watertight") ? usage : `watertight ${command.name()} ${usage}`,
  );
  return [
    `## ${command.name()}`,
    "",
    ...fenced("text", lines),
    ...paragraphs(manual),
    ...options(command),
    ...parts(manual),
  ];
}

function options(command: Command): readonly string[] {
  const help = command.createHelp();
  const visible = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const groups = grouped(visible);
  return [...groups].flatMap(([title, members]) => [
    `**${(title ?? "Options:").replace(/:$/, "")}**`,
    "",
    ...table(members.map((option) => [`\`${option.flags}\``, help.optionDescription(option)])),
  ]);
}

/** Options by their heading, in order. */
function grouped(options: readonly Option[]): Map<string | undefined, Option[]> {
  const groups = new Map<string | undefined, Option[]>();
  for (const option of options) {
    const members = groups.get(option.helpGroupHeading);
    if (members) members.push(option);
    else groups.set(option.helpGroupHeading, [option]);
  }
  return groups;
}

function topicSection(name: string, { summary, about, rows }: Topic): readonly string[] {
  return [`## Topic: ${name}`, "", `${capital(summary)}.`, "", ...about.flatMap(paragraph), ...table(rows.map(coded))];
}

function parts(manual: Manual): readonly string[] {
  const examples = manual.examples.flatMap(([wish, command]) => [`# ${wish}`, command]);
  return [
    "**Examples**",
    "",
    ...fenced("sh", examples),
    ...partsOf(manual).flatMap(({ title, rows }) => [`**${title}**`, "", ...table(rows)]),
  ];
}

function paragraphs({ about }: Manual): readonly string[] {
  return about.flatMap(paragraph);
}

function paragraph(text: string): readonly string[] {
  return text.includes("\n") ? fenced("yaml", text.split("\n")) : [escaped(text), ""];
}

function coded([term, meaning]: Row): Row {
  return [`\`${term}\``, meaning];
}

function table(rows: readonly Row[]): readonly string[] {
  return ["| | |", "| --- | --- |", ...rows.map(([term, meaning]) => `| ${term} | ${escaped(meaning)} |`), ""];
}

function fenced(language: string, lines: readonly string[]): readonly string[] {
  return [`\`\`\`${language}`, ...lines, "```", ""];
}

function escaped(text: string): string {
  return text.replace(/[|<>*_]/g, "\\$&");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
