import type { Exposure, ExposureReport } from "../analyses/exposure/exposure.ts";
import { csvRow } from "./csv.ts";
import { summary } from "./exposure-text.ts";
import { kindWords, likelihoodWords, pathWords, standingOf, targetWords } from "./exposure-words.ts";
import { escaped, markdownRow } from "./markdown.ts";
import { namesOf } from "./names.ts";

/** Exposure as Markdown: the summary, a row for each way in, what is latent, and what leads nowhere. */
export function exposureMarkdown(report: ExposureReport): string {
  const nameOf = namesOf(report.exposures.map(({ endpoint }) => endpoint));
  const rows = report.exposures.flatMap((exposure) =>
    exposure.entries.map((entry, i) =>
      markdownRow(
        i === 0 ? nameOf(exposure.endpoint) : "",
        i === 0 ? standingOf(exposure) : "",
        pathWords(entry, nameOf).join(" → "),
        targetWords(entry),
        likelihoodWords(entry.published),
        likelihoodWords(entry.permitted),
      ),
    ),
  );
  const latent = report.exposures.filter(({ isLatent }) => isLatent).map(({ endpoint }) => nameOf(endpoint));
  const sections = [
    "## Exposure",
    escaped(summary(report)),
    rows.length > 0
      ? ["| Workload | | Way | Port | Published | Permitted |", "| --- | --- | --- | --- | --- | --- |", ...rows].join(
          "\n",
        )
      : "Nothing is published.",
    ...(latent.length > 0 ? [`Latent: ${escaped(latent.join(", "))}`] : []),
    ...(report.deadEnds.length > 0
      ? [`Dead ends\n\n${report.deadEnds.map(({ message }) => `- ${escaped(message)}`).join("\n")}`]
      : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Exposure as RFC 4180 has it: a line for each way in, and one for each workload without any. */
export function* exposureCsv({ exposures }: ExposureReport): Generator<string> {
  yield csvRow(["workload", "standing", "kind", "path", "hosts", "ports", "published", "permitted", "exposed"]);
  for (const exposure of exposures) {
    if (exposure.entries.length === 0) yield csvRow(bare(exposure));
    for (const entry of exposure.entries) {
      const { published, permitted, exposed, hosts, endpoint } = entry;
      yield csvRow([
        endpoint.id,
        standingOf(exposure),
        kindWords(entry),
        pathWords(entry, ({ id }) => id).join(" > "),
        hosts.join(" "),
        targetWords(entry),
        ...[published, permitted, exposed].map(likelihoodWords),
      ]);
    }
  }
}

function bare(exposure: Exposure): readonly string[] {
  const { endpoint, published, permitted, exposed } = exposure;
  return [endpoint.id, standingOf(exposure), "", "", "", "", ...[published, permitted, exposed].map(likelihoodWords)];
}
