import {
  answerText,
  findPolicy,
  type GoverningPolicy,
  latentPeers,
  latentPeersMarkdown,
  latentPeersText,
  namesOf,
  type PoliciesAnswer,
  type PolicyRef,
  type Program,
  policiesFor,
  policiesMarkdown,
  policiesReport,
  policiesText,
  policyAnswer,
  policyId,
  policyList,
  printable,
  qualifiedId,
  type UnusedPolicy,
} from "@watertight/core";
import type { POLICIES_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { oneEndpoint } from "./endpoints.ts";
import { commandLine } from "./hint.ts";
import { load } from "./load.ts";

export interface PoliciesOptions extends InputOptions {
  readonly for?: string;
  readonly policy?: string;
  readonly format: (typeof POLICIES_FORMATS)[number];
}

/** `watertight policies`: which policies select an endpoint, whom a policy selects and what its rules match, or all policies. */
export async function policies(paths: readonly string[], options: PoliciesOptions, io: Io): Promise<number> {
  const { program, diagnostics } = await load(paths, options, io);
  const answer = answerTo(program, options);
  const latent =
    answer.about === "endpoint" && answer.governed === "pods" ? latentPeers(program, answer.endpoint) : undefined;
  switch (options.format) {
    case "json":
      await print(answerText(policiesReport(answer, diagnostics, latent)), io.stdout);
      break;
    case "md":
      await print(policiesMarkdown(answer), io.stdout);
      if (latent) await print(`\n${latentPeersMarkdown(latent)}`, io.stdout);
      break;
    case "text": {
      const paint = paintFor(io.stdout, io);
      const width = widthOf(io.stdout);
      await print(policiesText(answer, { width, paint }), io.stdout);
      if (latent) await print(`\n${latentPeersText(latent, { width, paint })}`, io.stdout);
      const hint = hintFor(program, answer, paths, options);
      if (hint !== undefined) await print(`\n${paint.dim(printable(hint))}\n`, io.stdout);
    }
  }
  return 0;
}

function answerTo(program: Program, options: PoliciesOptions): PoliciesAnswer {
  if (options.for !== undefined) return policiesFor(program, oneEndpoint(program, options.for, "--for"));
  if (options.policy !== undefined) return policyAnswer(program, onePolicy(program, options.policy));
  return policyList(program);
}

/** The one policy a person means by `text`. Throws {@link Unusable}, with what it may have meant, when there is no such one. */
function onePolicy(program: Program, text: string): GoverningPolicy | UnusedPolicy {
  const found = findPolicy(program, text);
  if (found.kind === "policy") return found.policy;
  const listed = (message: string, ids: readonly string[]) =>
    new Unusable([`--policy: ${message}`, ...ids.map((id) => `  ${id}`)].join("\n"));
  if (found.kind === "ambiguous") throw listed(`\`${text}\` may mean any of these, name one:`, found.candidates);
  if (found.similar.length > 0) throw listed(`there is no policy \`${text}\`; did you mean`, found.similar);
  throw new Unusable(`--policy: there is no policy \`${text}\`; \`watertight policies\` shows them all`);
}

/** The question to ask next. */
function hintFor(
  program: Program,
  answer: PoliciesAnswer,
  paths: readonly string[],
  options: PoliciesOptions,
): string | undefined {
  if (paths.includes("-")) return undefined;
  const ask = (lead: string, more: readonly string[]) => `${lead}  ${commandLine("policies", paths, options, more)}`;
  if (answer.about === "policy") {
    const selected = answer.match?.selects[0]?.endpoint;
    return selected && ask("What else governs them?", ["--for", namesOf(answer.endpoints)(selected)]);
  }
  const example = answer.policies.find(({ count }) => count.ingress + count.egress > 0);
  return example && ask("Whom does a rule match?", ["--policy", typedName(program, example.policy)]);
}

/** The shortest name that means this policy and no other. */
function typedName(program: Program, policy: PolicyRef): string {
  const id = policyId(policy);
  return findPolicy(program, id).kind === "policy" ? id : qualifiedId(policy);
}
