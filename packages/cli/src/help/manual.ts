import { type Command, Help } from "commander";

/** What a command's help says beside its options: the parts of a manual page. */
export interface Manual {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does and how the answer is to be read, a paragraph each. */
  readonly about: readonly string[];
  readonly examples: readonly Example[];
  /** What an exit status other than that for an unusable question means. */
  readonly status: readonly Row[];
  /** What is read or written beside the paths of the input. */
  readonly files?: readonly Row[];
}

/** What somebody wants, and the command line that does it. */
export type Example = readonly [wish: string, command: string];

export type Row = readonly [term: string, meaning: string];

/** The same for every command. */
const UNUSABLE: Row = ["2", "the question or the input could not be used; stderr says why"];

/** The parts that follow the options, in their order. */
export function partsOf({
  status,
  files = [],
}: Manual): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  return [
    { title: "Exit status", rows: [...status, UNUSABLE] },
    ...(files.length > 0 ? [{ title: "Files", rows: files }] : []),
  ];
}

/** Gives a command its help. */
export function documented(command: Command, manual: Manual): Command {
  return command
    .summary(manual.summary)
    .description(manual.about.join("\n\n"))
    .addHelpText("after", ({ command, error }) => afterOptions(manual, helpWidth(command, error)));
}

/** Columns that help may take, on the stream it goes to. */
export function helpWidth(command: Command, error: boolean): number {
  const { getErrHelpWidth, getOutHelpWidth } = command.configureOutput();
  return (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? 80;
}

function afterOptions(manual: Manual, width: number): string {
  const examples = manual.examples.flatMap(([wish, command]) => [`  # ${wish}`, `  ${command}`]);
  const parts = partsOf(manual).flatMap(({ title, rows }) => ["", `${title}:`, listed(rows, width)]);
  return ["", "Examples:", ...examples, ...parts].join("\n");
}

/** Terms and what they mean in two columns. */
export function listed(rows: readonly Row[], width: number): string {
  const helper = new Help();
  helper.prepareContext({ helpWidth: width });
  const longest = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, meaning]) => helper.formatItem(term, longest, meaning, helper)).join("\n");
}

/** Paragraphs that fit. */
export function paragraphs(texts: readonly string[], width: number): string {
  const helper = new Help();
  return texts.map((text) => helper.boxWrap(text, width)).join("\n\n");
}
