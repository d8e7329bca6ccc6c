import fc from "fast-check";
import { expect, test } from "vitest";
import { APART, type BondNumber, Bonds } from "../../src/engine/bonds.ts";
import { Cells } from "../../src/engine/cells.ts";
import { Lists } from "../../src/engine/lists.ts";
import { Verdicts } from "../../src/engine/verdicts.ts";
import { ConnectionSet } from "../../src/model/connections.ts";

/** Bonds of one port each, the first of which is none. */
function bondsOf(ports: number) {
  const verdicts = { egress: new Verdicts(), ingress: new Verdicts() };
  const bonds = new Bonds(verdicts, ConnectionSet.ALL);
  const all = verdicts.egress.label({ allowed: ConnectionSet.ALL, byDefault: ConnectionSet.NONE });
  const numbers = [...Array(ports).keys()].map((port) => {
    const allowed = port === 0 ? ConnectionSet.NONE : ConnectionSet.ports("TCP", port, port);
    return bonds.meet(all, verdicts.ingress.label({ allowed, byDefault: ConnectionSet.NONE }));
  });
  expect(numbers[0]).toBe(APART);
  return { bonds, numbers };
}

const PARTIES = 70;
const POSITIONS = 80;

/** By party, where it stands: word by word at its own number, there and at one more, or mostly so and else at others or nowhere. */
const places = fc
  .array(
    fc.tuple(
      fc.constantFrom("own", "two", "mixed"),
      fc.array(fc.option(fc.uniqueArray(fc.nat({ max: POSITIONS - 1 }), { maxLength: 3 }), { freq: 2 }), {
        minLength: 32,
        maxLength: 32,
      }),
    ),
    { minLength: (PARTIES >> 5) + 1, maxLength: (PARTIES >> 5) + 1 },
  )
  .map((words) =>
    [...Array(PARTIES).keys()].map((party) => {
      const [kind, drawn] = words[party >> 5] as (typeof words)[number];
      const other = (party + 9) % POSITIONS;
      return kind === "own" ? [party] : kind === "two" ? [party, other] : (drawn[party & 31] ?? [party]);
    }),
  );
const added = fc.array(
  fc.record({
    parties: fc.oneof(fc.constant(-1), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    word: fc.nat({ max: PARTIES >> 5 }),
    bond: fc.nat({ max: 3 }),
  }),
  { maxLength: 25 },
);

test("a position has all that was found of it in any way, joined, in whatever order; and nothing of what came before", () => {
  fc.assert(
    fc.property(places, fc.array(added, { minLength: 1, maxLength: 3 }), (placesOf, rounds) => {
      const positions = Lists.of(PARTIES, (add) =>
        placesOf.forEach((list, party) => {
          for (const position of list) add(party, position);
        }),
      );
      const { bonds, numbers } = bondsOf(4);
      const cells = new Cells(positions, POSITIONS, bonds, () => true);
      for (const round of rounds) {
        const expected: BondNumber[] = Array(POSITIONS).fill(APART);
        for (const { word, parties, bond: which } of round) {
          const bond = numbers[which] as BondNumber;
          const [first, end] = [word << 5, Math.min((word + 1) << 5, PARTIES)];
          let mask = 0;
          for (let party = first; party < end; party++) {
            if (((parties >>> (party & 31)) & 1) === 0) continue;
            mask |= 1 << (party & 31);
            for (const position of placesOf[party] ?? [])
              expected[position] = bonds.join(expected[position] as BondNumber, bond);
          }
          cells.addParties(word, mask, bond);
        }
        const row = cells.row();
        expect([...Array(POSITIONS).keys()].map((position) => row.at(position))).toEqual(expected);
      }
    }),
  );
});

test("positions may be as many as it takes", () => {
  const { bonds, numbers } = bondsOf(40);
  const cells = new Cells(
    Lists.of(0, () => {}),
    64 * 32,
    bonds,
    () => true,
  );
  // One cell for each pair of a word and a bond.
  for (let word = 0; word < 64; word++)
    for (let bit = 0; bit < 32; bit++) cells.addPosition(word * 32 + bit, numbers[bit + 1] as BondNumber);
  const row = cells.row();
  expect(row.words).toHaveLength(64 * 32);
  expect([0, 31, 1024, 2047].map((position) => row.at(position))).toEqual([1, 32, 1, 32].map((n) => numbers[n]));
});

test("who is never met stands in nobody's way; who is met and stands elsewhere, or nowhere, does", () => {
  const { bonds } = bondsOf(1);
  const own = Lists.of(3, (add) => [0, 1].forEach((party) => void add(party, party)));
  const elsewhere = Lists.of(3, (add) => [0, 2, 1].forEach((position, party) => void add(party, position)));
  expect(new Cells(own, 2, bonds, (party) => party < 2).isStraight).toBe(true);
  expect(new Cells(own, 2, bonds, () => true).isStraight).toBe(false);
  expect(new Cells(elsewhere, 3, bonds, () => false).isStraight).toBe(false);
});
