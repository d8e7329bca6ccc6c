import { WEIGHTS, type Weights } from "../../model/weights.ts";
import type { Need } from "../attack/needs.ts";
import type { FindingContext } from "../findings/context.ts";
import { type Enforcement, enforcementOf } from "../findings/npg501.ts";
import type { Dimension, DimensionId } from "./dimension.ts";
import { availability, egress, knowsNeeds, type Pairs, pairsOf, segmentation } from "./flow-dimensions.ts";
import { type Ground, groundAt, groundOf } from "./ground.ts";
import { controlIntegrity, defaultDenies } from "./guard-dimensions.ts";
import { type Lever, leversOf } from "./levers.ts";
import { containment, entryToJewel } from "./spread-dimensions.ts";

/**
 * How a cluster stands against its own needs, a dimension at a time.
 *
 * It says nothing of how likely a breach is, and nothing of compliance.
 */
export interface Profile {
  /** What it is about. */
  readonly scope: { readonly workloads: number; readonly namespaces: number; readonly pairs: Pairs };
  readonly weights: Weights;
  readonly needs: { readonly declared: number; readonly inferred: number };
  readonly enforcement: Enforcement["is"];
  /** In the order of {@link DimensionId}. */
  readonly dimensions: readonly Dimension[];
  /** The least of the first four that could be worked out; absent where nobody says what is needed. */
  readonly weakest?: { readonly dimension: DimensionId; readonly value: number };
  /** What would move a dimension most, at most {@link MOST_LEVERS}. */
  readonly levers: readonly Lever[];
}

const MOST_LEVERS = 3;

/** Workloads up to which open questions are tried both ways. */
const MOST_TRIED = 400;

/**
 * The profile of a cluster for what its application needs.
 *
 * Cost: one verdict for each pair of kinds of workloads, three times where open questions are tried.
 * Source: docs/posture.md.
 */
export function profileOf(context: FindingContext, needs: readonly Need[], weights: Weights = WEIGHTS): Profile {
  const ground = groundOf(context, needs, weights);
  const enforcement = enforcementOf(context).is;
  const dimensions = ranged(context, ground).concat(defaultDenies(context), controlIntegrity(context));
  const all = [...dimensions.map((one) => (enforcement === "absent" ? unenforced(one) : one)), availability(ground)];
  const weakest = weakestOf(all);
  return {
    scope: {
      workloads: ground.stations.length,
      namespaces: new Set(ground.stations.map(({ endpoint }) => endpoint.namespace)).size,
      pairs: pairsOf(ground),
    },
    weights,
    needs: {
      declared: needs.filter(({ provenance }) => provenance === "declared").length,
      inferred: needs.filter(({ provenance }) => provenance === "inferred").length,
    },
    enforcement,
    dimensions: all,
    ...(weakest && knowsNeeds(ground) && { weakest }),
    levers: leversOf(context, ground).slice(0, MOST_LEVERS),
  };
}

const FLOW_DIMENSIONS = [segmentation, containment, egress, entryToJewel] as const;

/** The dimensions that flows decide, with what open questions leave of them. */
function ranged(context: FindingContext, ground: Ground): Dimension[] {
  const expected = FLOW_DIMENSIONS.map((dimension) => dimension(ground));
  if (ground.stations.length > MOST_TRIED) return expected;
  const [least, most] = (["possible", "certain"] as const).map((extreme) => {
    const other = groundAt(extreme, context, ground.needs.all, ground.weights);
    return FLOW_DIMENSIONS.map((dimension) => dimension(other).value);
  });
  return expected.map((dimension, at) => {
    const [low, high] = [least?.[at], most?.[at]];
    const isSettled = low === undefined || high === undefined || low === high;
    return isSettled ? dimension : { ...dimension, range: [Math.min(low, high), Math.max(low, high)] };
  });
}

/** What policies are worth where nothing enforces them. */
function unenforced(dimension: Dimension): Dimension {
  if (dimension.value === undefined || dimension.id === "control") return dimension;
  const { range: _, ...rest } = dimension;
  return { ...rest, value: 0, because: "the network plugin of the input does not enforce NetworkPolicy" };
}

const HEADLINE: readonly DimensionId[] = ["segmentation", "containment", "egress", "entry-to-jewel"];

function weakestOf(dimensions: readonly Dimension[]) {
  const assessed = dimensions.flatMap(({ id, value }) =>
    HEADLINE.includes(id) && value !== undefined ? [{ dimension: id, value }] : [],
  );
  return assessed.reduce<(typeof assessed)[number] | undefined>(
    (least, one) => (least === undefined || one.value < least.value ? one : least),
    undefined,
  );
}
