import type { Point } from "../layout/route.ts";
import type { Rect } from "../layout/sizes.ts";
import type { Link } from "../model/fold.ts";
import type { Openness } from "../model/graph.ts";
import type { Tally } from "../model/view.ts";

/** A picture as data: what to draw and where. Every renderer draws the same scene. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly SceneBox[];
  readonly cards: readonly SceneCard[];
  readonly tags: readonly SceneTag[];
  readonly edges: readonly SceneEdge[];
}

/** A frame around the members of an open group. */
export interface SceneBox extends Rect {
  readonly id: string;
  /** The group's id. */
  readonly group: string;
  readonly kind: "namespace" | "outside";
  readonly title: string;
  /** What holds among all members, such as that they may reach each other. */
  readonly notes: readonly SceneNote[];
  /** Directions in which no policy has a say on any member. */
  readonly open: Openness;
}

/** A line of small print; `warn` says that something stands open. */
export interface SceneNote {
  readonly text: string;
  readonly tone: "plain" | "warn" | "gained" | "lost";
}

/** A workload, a block of outside addresses, or a closed namespace. */
export interface SceneCard extends Rect {
  readonly id: string;
  readonly kind: "workload" | "address" | "namespace";
  readonly group: string;
  /** The vertex it shows; none for a closed namespace. Outside addresses may be shown twice, as sources and as destinations. */
  readonly vertex?: number;
  readonly name: string;
  readonly fullName: string;
  readonly detail: string;
  readonly open: Openness;
  /** `OPEN` and such, unless its box says it for all; `REMOVED`. */
  readonly badge?: string;
  /** Of a closed namespace: how many connections of its members the edits bring and take. */
  readonly tally?: Tally;
}

/** Ports, or a wide access in words, at the edge of the card or box they belong to. */
export interface SceneTag extends Rect {
  readonly id: string;
  readonly of: string;
  readonly text: string;
  readonly fullText: string;
  /** `ports`: lines end here; `wide`: stands for the lines itself. */
  readonly tone: "ports" | "wide";
  readonly change?: SceneChange;
}

/** A word on a card that a focus puts there. */
export interface SceneMark extends Rect {
  readonly id: string;
  readonly of: string;
  readonly text: string;
  readonly tone: "start" | "hop" | "ring" | "finding";
  /** How far out a ring is, from 1; rings beyond the fourth look like it. */
  readonly step: number;
}
/** What edits do to a part, in a picture that compares; `none`: it is as it was. */
export type SceneChange = "gained" | "lost" | "none";

/** A line with its arrow at the end. */
export interface SceneEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  readonly ports: string;
  /**
   * `allow`: a rule let it through; `default`: nothing stood in the way; `maybe`: it might pass, if open questions are settled
   * otherwise; `hop`: of a path, by packets or by other means.
   */
  readonly style: "allow" | "default" | "maybe" | "hop" | "hop-other";
  /** Whether it hangs on what the input leaves open. */
  readonly certainty: "certain" | "doubtful";
  /** What is written on it: the number of a hop, a question mark. */
  readonly label?: string;
  readonly change?: SceneChange;
  /** `hub`: one of many lines of the same source, drawn thin; `group`: stands for every member of a box. */
  readonly weight: "single" | "group" | "hub";
  readonly width: number;
  readonly density: "dense" | "sparse";
  readonly links: readonly Link[];
}

/** Sizes of letters and parts, shared by layout and renderers. */
export const METRICS = {
  name: 13,
  detail: 10.5,
  tag: 10.5,
  title: 13,
  badge: 9,
  mark: 11,
  card: 44,
  tagHeight: 17,
  tagGap: 3,
  padding: 12,
  widest: 204,
  bar: 3.5,
} as const;
