/** What counts how much in a posture; ordinal, and printed with it. */
export interface Weights {
  /** Of a workload that can be entered from outside, as a source. */
  readonly entry: number;
  /** Of a destination that is inferred to be worth taking, and of one that a person declared to be or that is beyond any workload. */
  readonly jewel: number;
  readonly declaredJewel: number;
  /** Of ports on which services usually ask for no login. */
  readonly weakPort: number;
}

export const WEIGHTS: Weights = { entry: 3, jewel: 3, declaredJewel: 5, weakPort: 2 };
