import { objectsOf, type Shape } from "./cluster.ts";

/** What V8 lets a string hold, and some room. */
const LONGEST = 500_000_000;

/** A cluster's dump as `kubectl get -A -o json` prints it, line breaks and indentation included, item by item. */
export function* dumpOf(shape: Shape): Generator<string> {
  let before = START;
  for (const object of objectsOf(shape)) {
    yield before + JSON.stringify(object, null, 4).replace(/^/gm, "        ");
    before = BETWEEN;
  }
  yield END;
}

/**
 * The same as one text where one string can hold it, else as several lists. Texts are made one after the other, so that no two have to
 * be held.
 */
export function* textsOf(shape: Shape): Generator<string> {
  let pieces: string[] = [];
  let length = 0;
  for (const piece of dumpOf(shape)) {
    if (length + piece.length > LONGEST) {
      yield [...pieces, END].join("");
      pieces = [START, piece.slice(BETWEEN.length)];
      length = 0;
    } else pieces.push(piece);
    length += piece.length;
  }
  yield pieces.join("");
}

const START = '{\n    "apiVersion": "v1",\n    "items": [\n';
const BETWEEN = ",\n";
const END = '\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n';
