import {
  compile,
  type Options,
  type Program,
  parse,
  reach,
  type Source,
  UPSTREAM,
  uncertainty,
} from "@watertight/core";
import { graphOf } from "./model/assemble.ts";
import { Coarse, MOST_WHOLE } from "./model/coarse.ts";
import { doubtsIn, withDoubts } from "./model/doubts.ts";
import type { Graph } from "./model/graph.ts";
import { captionOf, toSvg } from "./render/svg.ts";
import { PALETTES, type ThemeName } from "./render/theme.ts";
import { pictureOf } from "./scene/picture.ts";

export type { ThemeName } from "./render/theme.ts";

/** How a picture is drawn; all of it may be left out. */
export interface SvgOptions {
  /** `light` by default. An image cannot tell what its page looks like: make one of each for `<picture>`. */
  readonly theme?: ThemeName;
  /** What the marks mean, below the picture; shown by default. */
  readonly legend?: "shown" | "hidden";
  /** Namespaces to take apart; by default all of up to 60 workloads and 160 lines, and beyond that none. */
  readonly open?: "default" | readonly string[];
  /** The shape the parts are laid out for, in pixels; the picture is as large as they need. 960 × 600 by default. */
  readonly width?: number;
  readonly height?: number;
  /** What those are told who cannot see it; what the description says is counted by default. */
  readonly title?: string;
  readonly description?: string;
}

/**
 * Manifests as an SVG document: who may reach whom, as the viewer draws it at its start.
 *
 * Errors: none; faulty documents are left out, and `parse` says which. The same text for the same input. No script, style sheet, font
 * or link is in it, so it may stand wherever an image may. Cost: core's, and half a second for 200 workloads.
 */
export function svgOfSources(
  sources: readonly Source[],
  { reading = {}, ...options }: SvgOptions & { readonly reading?: Partial<Options> } = {},
): string {
  const complete = { ...UPSTREAM, ...reading };
  return svgOfProgram(compile(parse(sources, complete).cluster, complete).program, options);
}

/** The same of what was compiled already. */
export function svgOfProgram(program: Program, options: SvgOptions = {}): string {
  const { open = "default", width = 960, height = 600, theme = "light", legend = "shown" } = options;
  const asked = open === "default" ? open : new Set(open);
  const graph = graphFor(program, asked === "default" ? new Set() : asked);
  const picture = pictureOf(graph, { open: asked, page: { width, height } });
  const counted = captionOf(picture);
  const caption = { title: options.title ?? counted.title, description: options.description ?? counted.description };
  return `${toSvg(picture.scene, caption, { palette: PALETTES[theme], legend })}\n`;
}

/** Every pair of workloads, or where there are too many, of namespaces but for those `apart`. */
function graphFor(program: Program, apart: ReadonlySet<string>): Graph {
  const reachability = reach(program, { by: "workload" });
  const workloads = reachability.endpoints.filter(({ type }) => type !== "address").length;
  return workloads > MOST_WHOLE
    ? new Coarse(reachability).graph(apart)
    : withDoubts(graphOf(reachability), doubtsIn(uncertainty(reachability)));
}
