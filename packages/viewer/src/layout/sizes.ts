export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A card to place: a body with room for tags on both sides. */
export interface CardSize {
  readonly id: string;
  readonly left: number;
  readonly body: number;
  readonly right: number;
  readonly height: number;
}

/** A box to place with its cards; `bare` boxes have no frame and no title. */
export interface BoxSize {
  readonly id: string;
  readonly cards: readonly CardSize[];
  readonly frame: "titled" | "bare";
  /** Room its title needs: the least width, and the height above its cards. */
  readonly title: { readonly width: number; readonly height: number };
  /** Room for tags of the box itself, left of its frame and right of it. */
  readonly left: number;
  readonly right: number;
  /** Height its own tags need. */
  readonly height: number;
  /** `start` and `end` boxes stand at the far left and right; the others between them, by rank. */
  readonly place: "start" | "middle" | "end";
}

export interface LayoutLine {
  readonly from: string;
  readonly to: string;
}

/** Room between things. Lines run through it, so it is never nothing. */
export const GAP = { column: 40, row: 24, box: 32, boxColumn: 62, margin: 20 } as const;
