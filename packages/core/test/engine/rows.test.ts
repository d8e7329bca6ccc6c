import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { Entries } from "../../src/engine/entries.ts";
import { Row } from "../../src/engine/row.ts";
import { Slices } from "../../src/engine/slices.ts";
import { CLOSED, type Label } from "../../src/engine/verdicts.ts";
import { Bitset } from "../../src/model/bitset.ts";

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
        expect(row.openCount).toBe(open.length);
      }),
    );
  });
});

describe("the entries of a row", () => {
  const EVERYONE = Bitset.range(0, WORDS * 32);
  const rest: Label = 4;
  const whole = (entries: Entries, label: Label, ...words: number[]) => {
    for (const word of words) entries.push(word, -1, label);
  };

  test("make a row that says what they say, one after the other", () => {
    const mostly = fc.record({
      usual: label,
      words: fc.array(fc.option(word, { freq: 2 }), { minLength: WORDS, maxLength: WORDS, size: "max" }),
      first: fc.nat({ max: 70 }),
    });
    const entries = new Entries();
    fc.assert(
      fc.property(mostly, ({ usual, words, first }) => {
        const peers = Bitset.range(first, WORDS * 32 - 9);
        const said = words.map((bits) => bits ?? [...Array(32).keys()].map((bit) => [bit, usual] as const));
        const labels = new Map(said.flatMap((bits, at) => bits.map(([bit, own]) => [at * 32 + bit, own] as const)));
        const heard = new Map([...labels].filter(([peer]) => peers.has(peer)));
        const written = rowOf({ rest, labels: heard });
        written.words.forEach((at, i) => {
          entries.push(at, written.masks[i] as number, written.labels[i] as Label);
        });
        const row = entries.row(peers, rest);
        expect([...peers].map((peer) => row.at(peer))).toEqual([...peers].map((peer) => heard.get(peer) ?? rest));
      }),
    );
  });

  test("leave unsaid what more than half of the words say", () => {
    const entries = new Entries();
    whole(entries, 1, 0, 1, 2, 3);
    entries.push(4, 5, 2);
    const turned = entries.row(EVERYONE, rest);
    expect([turned.rest, ...turned.words]).toEqual([1, 4, 4, 5]);
    expect([...turned.labels]).toEqual([2, rest, rest]);

    whole(entries, 1, 0, 1, 2);
    const half = entries.row(EVERYONE, rest);
    expect([half.rest, ...half.words]).toEqual([rest, 0, 1, 2]);
    expect([...turned.masks]).toEqual([5, ~5, -1]);

    for (const word of [0, 1, 2, 3, 4]) entries.push(word, 1, 1);
    const parts = entries.row(EVERYONE, rest);
    expect([parts.rest, ...parts.words]).toEqual([rest, 0, 1, 2, 3, 4]);
  });

  test("are as many as it takes", () => {
    const entries = new Entries();
    for (let word = 0; word < 600; word++) entries.push(word, 1 << (word % 32), word % 3);
    const row = entries.row(Bitset.range(0, 600 * 32), rest);
    const own = [...Array(600).keys()].map((word) => row.at(word * 32 + (word % 32)));
    expect(own).toEqual([...Array(600).keys()].map((word) => word % 3));
    expect(row.words).toHaveLength(600);
    expect(entries.row(EVERYONE, rest).words).toHaveLength(0);
  });
});

describe("rows turned round", () => {
  test("say of one peer after the other what each row says, and which of them speak of it", () => {
    const asked = fc.array(fc.nat({ max: PEERS.length - 1 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(spoken, { minLength: 1, maxLength: 6 }), asked, (all, peers) => {
        const slices = new Slices(all.map(rowOf), PEERS.length);
        for (const peer of peers) {
          expect([...slices.column(peer)]).toEqual(all.map((one) => says(one, peer)));
          const naming: (readonly [row: number, label: Label])[] = [];
          slices.spoken(peer >> 5, 1 << (peer & 31), (row, label) => naming.push([row, label]));
          const named = all.flatMap(({ labels }, row) => (labels.has(peer) ? [[row, labels.get(peer)]] : []));
          expect(naming.sort(([a], [b]) => a - b)).toEqual(named);
        }
      }),
    );
  });
});
