import type { Command, Option } from "commander";

/** What the word under the cursor is for. */
export type Place =
  | { readonly kind: "command" }
  | { readonly kind: "option"; readonly command: Command; readonly given: readonly Option[] }
  | {
      readonly kind: "value";
      readonly command: Command;
      readonly option: Option;
      /** How many words the option has before this one. */
      readonly nth: number;
      /** What stands before the value in the same word: `--format=`. */
      readonly prefix: string;
      /** The value so far. */
      readonly text: string;
      readonly given: Given;
    }
  | { readonly kind: "argument"; readonly command: Command };

/** What a command line has so far. */
export interface Given {
  readonly paths: readonly string[];
  readonly values: readonly (readonly [Option, string])[];
}

/** Finds out what the last of `words` is for; the others are the command line before it. */
export function placeOf(program: Command, words: readonly string[]): Place {
  const current = words.at(-1) ?? "";
  const command = program.commands.find((command) => command.name() === words[0]);
  if (words.length < 2) return current.startsWith("-") ? option(program, []) : { kind: "command" };
  if (!command) return { kind: "argument", command: program };
  const reader = new WordReader(command);
  for (const word of words.slice(1, -1)) reader.read(word);
  return reader.placeOf(current);
}

function option(command: Command, given: readonly Option[]): Place {
  return { kind: "option", command, given };
}

/** Reads words as the parser does, as far as it takes to know what comes next. */
class WordReader {
  private readonly paths: string[] = [];
  private readonly values: (readonly [Option, string])[] = [];
  private readonly given: Option[] = [];
  /** The option whose words are being read, and how many it has had. */
  private open: { readonly option: Option; nth: number } | undefined;
  private isPlain = false;

  constructor(private readonly command: Command) {}

  read(word: string): void {
    if (word === "--") {
      this.isPlain = true;
      this.open = undefined;
    } else if (!this.isPlain && word.startsWith("-") && word !== "-") this.readOption(word);
    else if (this.open) {
      this.values.push([this.open.option, word]);
      if (this.open.option.variadic) this.open.nth++;
      else this.open = undefined;
    } else this.paths.push(word);
  }

  placeOf(word: string): Place {
    const { command, given } = this;
    if (this.isPlain) return { kind: "argument", command };
    const [, name = "", isTaken] = /^(--[^=]+)(=)?/.exec(word) ?? [];
    const named = isTaken ? this.named(name) : undefined;
    if (named) return this.value(named, 0, `${name}=`, word);
    if (word.startsWith("-") && word !== "-") return option(command, given);
    if (this.open) return this.value(this.open.option, this.open.nth, "", word);
    return { kind: "argument", command };
  }

  private readOption(word: string): void {
    const [name = "", ...rest] = word.split("=");
    const option = this.named(name);
    this.open = undefined;
    if (!option) return;
    this.given.push(option);
    if (!option.required) return;
    if (rest.length > 0) this.values.push([option, rest.join("=")]);
    else this.open = { option, nth: 0 };
  }

  private named(name: string): Option | undefined {
    return this.command.options.find(({ short, long }) => name === short || name === long);
  }

  private value(option: Option, nth: number, prefix: string, word: string): Place {
    const { command, paths, values } = this;
    return { kind: "value", command, option, nth, prefix, text: word.slice(prefix.length), given: { paths, values } };
  }
}
