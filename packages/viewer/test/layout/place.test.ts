import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { place } from "../../src/layout/place.ts";
import type { Rect } from "../../src/layout/sizes.ts";
import { cameraOn } from "../../src/render/camera.ts";
import { pictureOf } from "../../src/scene/picture.ts";
import { METRICS, type Scene } from "../../src/scene/scene.ts";
import { drawnGraph, graphOfText, manifests } from "../graphs.ts";

const page = fc.record({ width: fc.integer({ min: 300, max: 1600 }), height: fc.integer({ min: 240, max: 900 }) });

describe("layout", () => {
  test("nothing overlaps: cards with their tags, boxes, and cards stay in their boxes", () => {
    fc.assert(
      fc.property(drawnGraph, page, (graph, size) => {
        const { scene } = pictureOf(graph, { open: "default", page: size });
        expect(overlaps(scene.boxes)).toEqual([]);
        expect(overlaps(withTags(scene))).toEqual([]);
        for (const card of scene.cards) {
          const box = scene.boxes.find((one) => one.group === card.group && isInside(card, one));
          const bare = !scene.boxes.some((one) => one.group === card.group && one.kind === "namespace");
          expect(box !== undefined || bare || card.kind === "address").toBe(true);
        }
      }),
    );
  });

  test("the same graph gives the same picture", () => {
    fc.assert(
      fc.property(drawnGraph, page, (graph, size) => {
        const once = pictureOf(graph, { open: "default", page: size }).scene;
        const again = pictureOf(
          structuredClone({ ...graph, pairs: graph.pairs.map((pair) => ({ ...pair, connections: [] })) }),
          {
            open: "default",
            page: size,
          },
        ).scene;
        expect(again).toEqual(once);
      }),
    );
  });

  test("everything is inside the picture", () => {
    fc.assert(
      fc.property(drawnGraph, page, (graph, size) => {
        const { scene } = pictureOf(graph, { open: "default", page: size });
        const whole = { x: 0, y: 0, width: scene.width, height: scene.height };
        for (const part of [...scene.boxes, ...scene.cards, ...scene.tags]) expect(isInside(part, whole)).toBe(true);
      }),
    );
  });

  test("the names of the example can be read on a common page", () => {
    const folder = fileURLToPath(new URL("../../../../examples/shop/", import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    const text = files.filter((name) => /\.yaml$/.test(name) && !name.startsWith("expected"));
    const graph = graphOfText(manifests(...text.map((name) => readFileSync(join(folder, name), "utf8"))));
    const size = { width: 1030, height: 690 };
    const { scene } = pictureOf(graph, { open: "default", page: size });
    const { zoom } = cameraOn({ x: 0, y: 0, width: scene.width, height: scene.height }, size);
    expect(zoom * METRICS.name).toBeGreaterThanOrEqual(10);
  });

  test("lines run from left to right where the page is wide enough", () => {
    const card = (id: string) => ({ id, left: 60, body: 120, right: 0, height: 44 });
    const box = (id: string) => ({
      id,
      cards: [card(`${id}/1`)],
      frame: "titled" as const,
      title: { width: 60, height: 40 },
      left: 0,
      right: 0,
      height: 0,
      place: "middle" as const,
    });
    const lines = [
      { from: "c/1", to: "b/1" },
      { from: "b/1", to: "a/1" },
    ];
    const { boxes } = place(["a", "b", "c"].map(box), lines, { width: 1600, height: 900 });
    const [a, b, c] = ["a", "b", "c"].map((id) => boxes.get(id)?.x ?? 0) as [number, number, number];
    expect(c).toBeLessThan(b);
    expect(b).toBeLessThan(a);
  });
});

function withTags({ cards, tags }: Scene): readonly Rect[] {
  return cards.map((card) => {
    const all: Rect[] = [card, ...tags.filter(({ of }) => of === card.id)];
    const x = Math.min(...all.map((part) => part.x));
    const y = Math.min(...all.map((part) => part.y));
    return {
      x,
      y,
      width: Math.max(...all.map((part) => part.x + part.width)) - x,
      height: Math.max(...all.map((part) => part.y + part.height)) - y,
    };
  });
}

function overlaps(rects: readonly Rect[]): readonly (readonly [Rect, Rect])[] {
  return rects.flatMap((a, index) =>
    rects
      .slice(index + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b): readonly [Rect, Rect] => [a, b]),
  );
}

function isInside(part: Rect, whole: Rect): boolean {
  return (
    part.x >= whole.x &&
    part.y >= whole.y &&
    part.x + part.width <= whole.x + whole.width &&
    part.y + part.height <= whole.y + whole.height
  );
}
