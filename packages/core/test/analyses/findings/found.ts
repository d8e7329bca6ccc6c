import {
  applyEdits,
  applySettings,
  check,
  compile,
  decide,
  declaredIn,
  type Finding,
  FindingContext,
  findIn,
  type Options,
  type Program,
  parse,
  RULES,
  readConfig,
  UPSTREAM,
} from "../../../src/index.ts";

/** The program of one text. */
export function programOf(text: string, options: Partial<Options> = {}): Program {
  const all = { ...UPSTREAM, ...options };
  return compile(parse([{ path: "a.yaml", text }], all).cluster, all).program;
}

/** Findings with those that are folded under them, one after the other. */
export function flat(findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((finding) => [finding, ...finding.covers]);
}

/** Every finding of one rule. */
export function found(text: string, id: string, options: Partial<Options> = {}): readonly Finding[] {
  return flat(check(programOf(text, options)).findings).filter((finding) => finding.id === id);
}

/** What one rule finds by itself, with no fix tried and nothing folded; `config` is what a person declares. */
export function foundAlone(
  text: string,
  id: string,
  { options = {}, config = "" }: { options?: Partial<Options>; config?: string } = {},
): readonly Finding[] {
  const program = programOf(text, options);
  const read = readConfig({ path: "watertight.yaml", text: config }).config;
  const context = new FindingContext(program, declaredIn(program, read).declared);
  return findIn(
    context,
    RULES.filter((rule) => rule.id === id),
  ).findings;
}

/** What is not as findings promise: witnesses on which the engine decides otherwise, and fixes after which the finding is still there. */
export function brokenPromises(program: Program, findings: readonly Finding[]): readonly string[] {
  return flat(findings).flatMap(({ key, witness, fix }) => {
    const broken: string[] = [];
    if (witness) {
      const { from, to, protocol, port, verdict } = witness;
      const decision = decide(program, { source: from, destination: to, protocol, port });
      if (decision.verdict !== verdict) broken.push(`${key}: ${from} → ${to} ${protocol}/${port} is no ${verdict}`);
    }
    if (fix) {
      const edited = applySettings(applyEdits(program.cluster, fix.edits), fix.settings);
      const after = compile(edited, program.options).program;
      const left = flat(check(after).findings).find((one) => one.key === key);
      if (left?.severity !== fix.leaves) broken.push(`${key}: ${fix.title} leaves it`);
    }
    return broken;
  });
}
