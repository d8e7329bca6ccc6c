import type { Scene, SceneTag } from "./scene.ts";

/** The tags of a scene by what they belong to. */
export function tagsByOwner({ tags }: Scene): ReadonlyMap<string, readonly SceneTag[]> {
  const owners = new Map<string, SceneTag[]>();
  for (const tag of tags) owners.set(tag.of, [...(owners.get(tag.of) ?? []), tag]);
  return owners;
}
