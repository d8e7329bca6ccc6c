import { assumptionsHelp } from "@watertight/core";
import type { Command, Option } from "commander";
import { TOPICS } from "../help/topics.ts";
import type { Given, Place } from "./place.ts";

/** What a word may become. */
export interface Suggestions {
  readonly words: readonly Word[];
  /** Whether a file or folder fits as well. */
  readonly files: boolean;
}

export interface Word {
  readonly text: string;
  readonly about: string;
}

/** The names in the input that a command line has so far. */
export interface Names {
  readonly endpoints: readonly string[];
  readonly services: readonly string[];
  readonly policies: readonly string[];
  readonly objects: readonly string[];
}

/** What fits in a place; `read` is asked for names only where they are wanted. */
export async function suggestions(
  place: Place,
  program: Command,
  read: (given: Given) => Promise<Names>,
): Promise<Suggestions> {
  switch (place.kind) {
    case "command":
      return only(commandWords(program));
    case "option":
      return only(optionWords(place.command, place.given));
    case "argument":
      return argumentWords(place.command, program);
    case "value": {
      const { words, files } = await valueWords(place, read);
      return { words: words.map(({ text, about }) => ({ text: place.prefix + text, about })), files };
    }
  }
}

const FILES: Suggestions = { words: [], files: true };

function only(words: readonly Word[]): Suggestions {
  return { words, files: false };
}

function plain(texts: readonly string[]): Suggestions {
  return only(texts.map((text) => ({ text, about: "" })));
}

function commandWords(program: Command): readonly Word[] {
  return visible(program).map((command) => ({ text: command.name(), about: command.summary() }));
}

function topicWords(): readonly Word[] {
  return Object.entries(TOPICS).map(([text, { summary }]) => ({ text, about: summary }));
}

function visible(program: Command): readonly Command[] {
  return program.createHelp().visibleCommands(program);
}

/** Options that are not there yet, and those that may be repeated. */
function optionWords(command: Command, given: readonly Option[]): readonly Word[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !given.includes(option) || Array.isArray(option.defaultValue))
    .map(({ long, short, description }) => ({ text: long ?? short ?? "", about: description }));
}

function argumentWords(command: Command, program: Command): Suggestions {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices) return plain(argument.argChoices);
  if (argument?.name() === "topic") return only([...commandWords(program), ...topicWords()]);
  return FILES;
}

/** An option says by the name of its value what it takes. */
async function valueWords(
  { command, option, nth, given }: Extract<Place, { kind: "value" }>,
  read: (given: Given) => Promise<Names>,
): Promise<Suggestions> {
  if (option.argChoices) return plain(option.argChoices);
  switch (takes(option)) {
    case "endpoint": {
      const { endpoints, services } = await read(given);
      const isService = command.name() === "query" && option.long === "--to";
      return plain([...endpoints, ...(isService ? services : []), "internet"]);
    }
    case "flow":
      return nth < 2 && option.variadic ? plain([...(await read(given)).endpoints, "internet"]) : plain([]);
    case "policy":
      return plain((await read(given)).policies);
    case "object":
      return plain((await read(given)).objects);
    case "name=value":
      return only(assumptionWords());
    case "file":
    case "path":
      return FILES;
    default:
      return plain([]);
  }
}

/** `endpoint` of `--from <endpoint>`. */
function takes({ flags }: Option): string {
  return /<([^>.]+)(\.\.\.)?>/.exec(flags)?.[1] ?? "";
}

function assumptionWords(): readonly Word[] {
  return assumptionsHelp().flatMap(({ name, settles, choices }) =>
    choices.length === 0
      ? [{ text: `${name}=`, about: settles }]
      : choices.map((choice) => ({ text: `${name}=${choice}`, about: settles })),
  );
}
