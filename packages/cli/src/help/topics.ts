import { assumptionsHelp, PRESETS } from "@watertight/core";
import { listed, paragraphs, type Row } from "./manual.ts";

/** What all commands share, told apart from any of them. */
export interface Topic {
  readonly summary: string;
  readonly about: readonly string[];
  readonly rows: readonly Row[];
}

export const TOPICS: Readonly<Record<string, Topic>> = {
  endpoints: {
    summary: "how --from, --to and --for name an endpoint",
    about: [
      "An endpoint is a workload, a pod or a set of addresses. A name that fits several is refused, with the ids that tell them apart; one that fits none, with those it may have meant.",
    ],
    rows: [
      ["shop/Deployment/web", "the id of a workload or a bare pod: namespace, kind and name"],
      ["shop/StatefulSet/db#0", "one part of a workload whose pods some policy tells apart"],
      ["shop/web", "a workload of any kind, or a pod by its own name"],
      ["web", "the same in the namespace of --namespace"],
      ["shop/*", "everything in a namespace, for list"],
      ["203.0.113.7", "an address; the pod or node it belongs to, if it is known to"],
      ["10.0.0.0/8", "a block of addresses"],
      ["internet", "every public address that is not known to be the cluster's own"],
      ["shop/Service/db", "a Service, for query --to and list --to; or its IP or DNS name"],
    ],
  },
  assumptions: {
    summary: "what --assume and --preset settle",
    about: [
      "Some of what decides a connection the Kubernetes API leaves to the network plugin, and some of it manifests do not show. Verdicts that hang on it say so and name the assumption. --assume NAME=VALUE settles one, --preset several as an implementation does.",
    ],
    rows: [
      ...assumptionsHelp().map(
        ({ name, settles, takes, default: usual }): Row => [`${name}=…`, `${settles}: ${takes} (default: ${usual})`],
      ),
      ...Object.entries(PRESETS).map(([name, options]): Row => {
        const settled = Object.entries(options).map(([option, value]) => `${option}=${value}`);
        return [`--preset ${name}`, settled.join(" ") || "the defaults above"];
      }),
    ],
  },
  environment: {
    summary: "variables and files that change how it behaves",
    about: [
      "Nothing is written that was not asked for, but for compiled code, which Node from 22.1 on keeps in the folder for temporary files so that the next run starts sooner.",
    ],
    rows: [
      ["NO_COLOR", "set to anything: no colours"],
      ["FORCE_COLOR", "set to anything but 0: colours even where the output is no terminal; NO_COLOR wins"],
      ["TERM=dumb", "no colours"],
      ["KUBECONFIG", "kubeconfig files for --context, in place of ~/.kube/config"],
      ["NODE_COMPILE_CACHE", "the folder in which Node keeps compiled code"],
      ["NODE_DISABLE_COMPILE_CACHE", "set to anything: Node keeps none"],
      [
        "watertight.yaml",
        "jewels, entry points, needed flows, controllers and suppressions, read from the working directory by gaps, paths and list --exposure",
      ],
    ],
  },
};

/** A topic as text. */
export function topicText({ about, rows }: Topic, width: number): string {
  return `${paragraphs(about, width)}\n\n${listed(rows, width)}\n`;
}
