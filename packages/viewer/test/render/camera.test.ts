import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Camera, cameraFor, cameraOn } from "../../src/render/camera.ts";

const size = (min: number, max: number) =>
  fc.record({ width: fc.integer({ min, max }), height: fc.integer({ min, max }) });
const rect = fc
  .tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 }), size(10, 4000))
  .map(([x, y, extent]) => ({ x, y, ...extent }));

const seen = (
  { zoom, pan }: Camera,
  { x, y, width, height }: typeof rect extends fc.Arbitrary<infer R> ? R : never,
) => ({
  left: pan.x + zoom * x,
  top: pan.y + zoom * y,
  right: pan.x + zoom * (x + width),
  bottom: pan.y + zoom * (y + height),
});

describe("the camera", () => {
  test("keeps the whole picture inside the room", () => {
    fc.assert(
      fc.property(rect, size(100, 2000), (picture, room) => {
        const { left, top, right, bottom } = seen(cameraOn(picture, room), picture);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(19.9);
        expect(right).toBeLessThanOrEqual(room.width - 19.9);
        expect(bottom).toBeLessThanOrEqual(room.height - 19.9);
      }),
    );
  });

  test("does not make a small picture larger than the page's own letters", () => {
    expect(cameraOn({ x: 0, y: 0, width: 50, height: 50 }, { width: 2000, height: 2000 }).zoom).toBe(1.25);
  });

  const whole = { x: 0, y: 0, width: 2000, height: 600 };
  const parts = { x: 100, y: 100, width: 400, height: 200 };
  const core = { x: 150, y: 150, width: 120, height: 44 };

  test("shows all of a picture that can be read, whatever is brought out", () => {
    const room = { width: 1600, height: 800 };
    expect(cameraFor(whole, parts, core, room)).toEqual(cameraOn(whole, room));
  });

  test("goes to the parts brought out where the whole could not be read", () => {
    const room = { width: 600, height: 400 };
    expect(cameraFor(whole, parts, core, room)).toEqual(cameraOn(parts, room));
  });

  test("goes to the middle of what matters most where even the parts are too many, and can be read", () => {
    const room = { width: 160, height: 140 };
    const camera = cameraFor(whole, parts, core, room);
    expect(camera.zoom).toBeCloseTo(0.5);
    expect(camera.pan.x + camera.zoom * (core.x + core.width / 2)).toBeCloseTo(80);
    expect(camera.pan.y + camera.zoom * (core.y + core.height / 2)).toBeCloseTo(70);
  });
});
