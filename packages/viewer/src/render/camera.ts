import type { Rect } from "../layout/sizes.ts";

/** Where a camera stands: pixels for each unit of the picture, and where the picture's origin comes to lie. */
export interface Camera {
  readonly zoom: number;
  readonly pan: { readonly x: number; readonly y: number };
}

/** The part of the page a picture can be seen in, from its upper left corner. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** Letters of a small picture need not be larger than the page's own; below `legible` they can hardly be read. */
const ZOOM = { most: 1.25, legible: 0.5 } as const;
const PADDING = 20;

/** Whether letters of the usual size can hardly be read. */
export function isAfar(zoom: number): boolean {
  return zoom < ZOOM.legible;
}

/** The camera that shows all of a rectangle, as large as the room allows. */
export function cameraOn({ x, y, width, height }: Rect, room: Room): Camera {
  const free = (size: number) => Math.max(1, size - 2 * PADDING);
  const zoom = Math.min(ZOOM.most, free(room.width) / width, free(room.height) / height);
  const centre = (size: number, start: number, length: number) => size / 2 - zoom * (start + length / 2);
  return { zoom, pan: { x: centre(room.width, x, width), y: centre(room.height, y, height) } };
}

/**
 * The camera for a picture of which some parts are brought out: on all of it while that can be read, else on those parts, and where
 * even they are too much, on the middle of `core`.
 */
export function cameraFor(whole: Rect, parts: Rect | undefined, core: Rect | undefined, room: Room): Camera {
  const all = cameraOn(whole, room);
  if (all.zoom >= ZOOM.legible || !parts) return all;
  const near = cameraOn(parts, room);
  if (near.zoom >= ZOOM.legible) return near;
  const { x, y, width, height } = core ?? parts;
  const seen = { width: (room.width - 2 * PADDING) / ZOOM.legible, height: (room.height - 2 * PADDING) / ZOOM.legible };
  return cameraOn({ x: x + (width - seen.width) / 2, y: y + (height - seen.height) / 2, ...seen }, room);
}
