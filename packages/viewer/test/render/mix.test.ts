import { describe, expect, test } from "vitest";
import { contrast, legibleOn, mix } from "../../src/render/mix.ts";
import { PALETTES, type Palette } from "../../src/render/theme.ts";

test("mixing is exact at both ends and in the middle", () => {
  expect(mix("#000000", "#ffffff", 0)).toBe("#000000");
  expect(mix("#000000", "#ffffff", 1)).toBe("#ffffff");
  expect(mix("#102030", "#304050", 0.5)).toBe("#203040");
  expect(mix("Canvas", "#304050", 0.5)).toBe("#304050");
});

test("contrast is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const palette: Palette = PALETTES[theme];

  test("a hop stands out from the canvas, and its number from it", () => {
    expect(contrast(palette.hop, palette.canvas)).toBeGreaterThanOrEqual(3);
    expect(contrast(palette.hop, palette.onHop)).toBeGreaterThanOrEqual(4.5);
  });

  test("the number of every ring can be read", () => {
    for (const share of [0.62, 0.36, 0.16]) {
      const ground = mix(palette.canvas, palette.hop, share);
      expect(contrast(ground, legibleOn(ground, palette.text, palette.canvas))).toBeGreaterThanOrEqual(4.5);
    }
  });
});
