import {
  type Color,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
} from "culori";
import { describe, expect, test } from "vitest";
import { contrast } from "../../src/render/mix.ts";
import { PALETTES, type Palette } from "../../src/render/theme.ts";

/** Colours of lines that are seen together. */
const MODES: { readonly [mode: string]: readonly (keyof Palette)[] } = {
  "a picture": ["allow", "context", "open"],
  "a comparison": ["allow", "open", "unchanged"],
  "a path": ["hop", "allow", "context"],
};

const SIGHTS: { readonly [sight: string]: (colour: Color) => Color } = {
  "full colour vision": (colour) => colour,
  protanopia: (colour) => filterDeficiencyProt(1)(colour),
  deuteranopia: (colour) => filterDeficiencyDeuter(1)(colour),
  tritanopia: (colour) => filterDeficiencyTrit(1)(colour),
};

const distance = differenceCiede2000();

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const palette = PALETTES[theme];

  test.each(Object.entries(MODES))("the lines of %s are told apart by any eye", (_, names) => {
    const pairs = names.flatMap((name, i) => names.slice(i + 1).map((other) => [name, other] as const));
    for (const [sight, seen] of Object.entries(SIGHTS)) {
      for (const [name, other] of pairs) {
        const [a, b] = [parse(palette[name]), parse(palette[other])];
        if (!a || !b) throw new Error(`${palette[name]} or ${palette[other]} is no colour`);
        expect(distance(seen(a), seen(b)), `${name} and ${other}, ${sight}`).toBeGreaterThanOrEqual(15);
      }
    }
  });

  test("lines stand out from the canvas", () => {
    for (const name of new Set(Object.values(MODES).flat()))
      expect(contrast(palette[name], palette.canvas), name).toBeGreaterThanOrEqual(3);
  });
});
