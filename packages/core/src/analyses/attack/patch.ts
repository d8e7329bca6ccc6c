/** Some of an object that is to be merged into it, and what whoever applies it has to know. */
export interface Patch {
  readonly object: object;
  readonly note?: string;
}
