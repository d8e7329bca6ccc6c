import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { Entries } from "../../src/engine/entries.ts";
import { Row } from "../../src/engine/row.ts";
import { CLOSED, type Label } from "../../src/engine/verdicts.ts";

/** Words of peers there are: enough that some are spoken of, some not, and some lie before the first. */
const WORDS = 6;
const PEERS = [...Array(WORDS * 32).keys()];

/** What a row is to say: a label for those it does not name, and the peers that have one of their own. */
interface Spoken {
  readonly rest: Label;
  readonly labels: ReadonlyMap<number, Label>;
}

const label = fc.integer({ min: CLOSED, max: 3 });

/** One word of peers: all alike, or some of them. */
const word: Arbitrary<readonly (readonly [bit: number, label: Label])[]> = fc.oneof(
  fc.constant([]),
  label.map((own) => [...Array(32).keys()].map((bit) => [bit, own] as const)),
  fc.uniqueArray(fc.tuple(fc.nat({ max: 31 }), label), { selector: ([bit]) => bit, maxLength: 8 }),
);

const spoken: Arbitrary<Spoken> = fc
  .record({ rest: label, words: fc.array(word, { minLength: WORDS, maxLength: WORDS, size: "max" }) })
  .map(({ rest, words }) => ({
    rest,
    labels: new Map(words.flatMap((bits, at) => bits.map(([bit, own]) => [at * 32 + bit, own] as const))),
  }));

function rowOf({ rest, labels }: Spoken): Row {
  const entries = new Map<string, { word: number; mask: number; label: Label }>();
  for (const [peer, label] of [...labels].sort(([a], [b]) => a - b)) {
    const word = peer >> 5;
    const entry = entries.get(`${word} ${label}`) ?? { word, mask: 0, label };
    entry.mask |= 1 << (peer & 31);
    entries.set(`${word} ${label}`, entry);
  }
  const all = [...entries.values()].sort((a, b) => a.word - b.word);
  const listed = (of: (entry: (typeof all)[number]) => number) => Int32Array.from(all, of);
  return new Row(
    rest,
    listed(({ word }) => word),
    listed(({ mask }) => mask),
    listed(({ label }) => label),
  );
}

const says = ({ rest, labels }: Spoken, peer: number) => labels.get(peer) ?? rest;

describe("a row", () => {
  test("has the label of every peer", () => {
    fc.assert(
      fc.property(spoken, (one) => {
        const row = rowOf(one);
        const beyond = [...PEERS, WORDS * 32, WORDS * 64];
        expect(beyond.map((peer) => row.at(peer))).toEqual(beyond.map((peer) => says(one, peer)));
      }),
    );
  });

  test("spreads them over a list, whatever was there before", () => {
    fc.assert(
      fc.property(spoken, (one) => {
        const list = new Int32Array(PEERS.length).fill(9);
        rowOf(one).spread(list);
        expect([...list]).toEqual(PEERS.map((peer) => says(one, peer)));
      }),
    );
  });

  test("lists the peers it names and does not shut out", () => {
    fc.assert(
      fc.property(spoken, (one) => {
        const row = rowOf(one);
        const { peers, labels } = row.openPeers();
        const open = [...one.labels].filter(([, label]) => label !== CLOSED).sort(([a], [b]) => a - b);
        expect([...peers].map((peer, i) => [peer, labels[i]]).sort(([a = 0], [b = 0]) => a - b)).toEqual(open);
      }),
    );
  });
});

describe("the entries of a row", () => {
  const rest: Label = 4;

  test("make a row that says what they say, one after the other", () => {
    const entries = new Entries();
    fc.assert(
      fc.property(spoken, (one) => {
        const written = rowOf({ ...one, rest });
        written.words.forEach((at, i) => {
          entries.push(at, written.masks[i] as number, written.labels[i] as Label);
        });
        expect(entries.row(rest)).toEqual(written);
      }),
    );
  });

  test("are as many as it takes", () => {
    const entries = new Entries();
    for (let word = 0; word < 600; word++) entries.push(word, 1 << (word % 32), word % 3);
    const row = entries.row(rest);
    const own = [...Array(600).keys()].map((word) => row.at(word * 32 + (word % 32)));
    expect(own).toEqual([...Array(600).keys()].map((word) => word % 3));
    expect(row.words).toHaveLength(600);
    expect(entries.row(rest).words).toHaveLength(0);
  });
});
