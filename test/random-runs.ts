// FC_NUM_RUNS raises the number of random runs of every property; FC_SEED repeats a run that failed.
const { FC_NUM_RUNS, FC_SEED } = process.env;

if (FC_NUM_RUNS || FC_SEED) {
  const fc = await import("fast-check");
  fc.configureGlobal({
    ...(FC_NUM_RUNS && { numRuns: Number(FC_NUM_RUNS) }),
    ...(FC_SEED && { seed: Number(FC_SEED) }),
  });
}

export {};
