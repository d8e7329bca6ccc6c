// @ts-check
/**
 * What is mutated, a part a run, and the tests that judge it, the quickest first: one failure ends a mutant, so most never come
 * to the last. `scripts/mutation.mjs` runs the parts.
 */
const core = "packages/core";
const agreement = [
  `${core}/test/cases.test.ts`,
  `${core}/test/properties/reach-of-cases.test.ts`,
  `${core}/test/properties/agreement.test.ts`,
];

/** @type {Readonly<Record<string, { readonly mutate: readonly string[], readonly tests: readonly string[] }>>} */
export const PARTS = {
  model: {
    mutate: ["intervals", "connections", "ip", "ports", "bitset", "selector", "order", "sequences"].map(
      (file) => `${core}/src/model/${file}.ts`,
    ),
    tests: [`${core}/test/model`],
  },
  compile: {
    mutate: [`${core}/src/compile/*.ts`],
    tests: [
      `${core}/test/compile`,
      `${core}/test/analyses/what-if.test.ts`,
      `${core}/test/analyses/what-if-objects.test.ts`,
      `${core}/test/engine`,
      ...agreement,
    ],
  },
  engine: {
    mutate: [`${core}/src/engine/*.ts`],
    tests: [`${core}/test/engine`, `${core}/test/analyses/service.test.ts`, `${core}/test/compile`, ...agreement],
  },
};
