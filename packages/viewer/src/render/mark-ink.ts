import type { SceneMark } from "../scene/scene.ts";
import { legibleOn, mix } from "./mix.ts";
import type { Palette } from "./theme.ts";

/** How strong the colour of a ring is, from the first on. */
export const RINGS = [1, 0.62, 0.36, 0.16] as const;

/** The colours of what is written on a card: the further out a ring, the lighter. */
export function markInk(
  { tone, step }: Pick<SceneMark, "tone" | "step">,
  { hop, onHop, canvas, text, open, openSoft }: Palette,
): { readonly ground: string; readonly words: string; readonly border: string } {
  if (tone === "finding") return { ground: openSoft, words: open, border: open };
  if (tone === "start") return { ground: text, words: canvas, border: canvas };
  if (tone === "hop") return { ground: hop, words: onHop, border: onHop };
  const share = RINGS[step - 1] ?? 1;
  const ground = mix(canvas, hop, share);
  return { ground, words: share === 1 ? onHop : legibleOn(ground, text, canvas), border: hop };
}
