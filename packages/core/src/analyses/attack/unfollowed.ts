import type { Span } from "../../model/source.ts";

/** Something of the input that may lead further, and from which no step is made, since what it opens is not in the input or not evaluated. */
export interface Unfollowed {
  /** `key id_rsa of secret shop/deploy`, `Server shop/db`. */
  readonly what: string;
  readonly because: string;
  readonly span: Span;
}
