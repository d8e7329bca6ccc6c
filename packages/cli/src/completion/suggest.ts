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

/** What is asked only where its answer is wanted. */
export interface Surroundings {
  readonly names: (given: Given) => Promise<Names>;
  /** Of the kubeconfig. */
  readonly contexts: (given: Given) => Promise<readonly string[]>;
  /** Branches and tags. */
  readonly revisions: () => Promise<readonly string[]>;
}

/** What fits in a place. */
export async function suggestions(place: Place, program: Command, ask: Surroundings): Promise<Suggestions> {
  switch (place.kind) {
    case "command":
      return only(commandWords(program));
    case "option":
      return only(optionWords(place.command, place.given));
    case "argument":
      return argumentWords(place.command, program);
    case "value": {
      const { words, files } = await valueWords(place, ask);
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
  { command, option, nth, given, text }: Extract<Place, { kind: "value" }>,
  { names, contexts, revisions }: Surroundings,
): Promise<Suggestions> {
  if (option.argChoices) return plain(option.argChoices);
  switch (takes(option)) {
    case "endpoint": {
      const { endpoints, services } = await names(given);
      const isService = ["query", "list"].includes(command.name()) && option.long === "--to";
      return plain([...endpoints, ...(isService ? services : []), "internet"]);
    }
    case "flow":
      return nth < 2 && option.variadic ? plain([...(await names(given)).endpoints, "internet"]) : plain([]);
    case "policy":
      return plain((await names(given)).policies);
    case "object":
      return plain((await names(given)).objects);
    case "context":
      return plain(await contexts(given));
    case "base..head":
      return plain(rangeWords(text, await revisions()));
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
  return /<(.+?)(\.\.\.)?>/.exec(flags)?.[1] ?? "";
}

/** A range so far, with every revision that may begin it, or end it after the dots. */
function rangeWords(text: string, revisions: readonly string[]): readonly string[] {
  const [begun] = /^.*?\.{2,3}/.exec(text) ?? [];
  return revisions.map((revision) => (begun === undefined ? `${revision}..` : begun + revision));
}

function assumptionWords(): readonly Word[] {
  return assumptionsHelp().flatMap(({ name, settles, choices }) =>
    choices.length === 0
      ? [{ text: `${name}=`, about: settles }]
      : choices.map((choice) => ({ text: `${name}=${choice}`, about: settles })),
  );
}
