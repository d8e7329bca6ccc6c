import type { Manual } from "./manual.ts";

const ANSWERED = ["0", "answered"] as const;
const CONFIG = [
  "watertight.yaml",
  "what the project declares about its cluster, if it is in the working directory: see docs/configuration.md",
] as const;
const GIT = "both ends are read from the repository's objects, never from the work tree";

/** The manual of each command, by its name. */
export const MANUALS = {
  list: {
    summary: "list every allowed connection",
    about: [
      "Lists who may connect to whom, and on which ports: every pair of workloads, and the addresses outside that policies tell apart.",
      "A row is what NetworkPolicies and admin policies together let through. Open questions are settled as --preset and --assume say; query tells what hangs on one.",
      "--to a Service lists who gets to an endpoint behind it, by the Service's own ports, and where those arrive. --from takes none: a Service starts no connections, its pods do.",
    ],
    examples: [
      ["everything that is open", "watertight list manifests/"],
      ["who may reach the database", "watertight list manifests/ --to shop/db"],
      ["and through its Service", "watertight list manifests/ --to shop/Service/db"],
      [
        "what leads from one environment to another, for a report",
        "watertight list manifests/ --from 'dev/*' --to 'prod/*' -o md",
      ],
      ["what the internet can reach", "watertight list manifests/ --exposure"],
      [
        "pairs with every port open",
        `watertight list manifests/ -o json | jq '.connections[] | select(.ports == "all")'`,
      ],
    ],
    status: [ANSWERED],
    files: [CONFIG],
  },
  query: {
    summary: "say whether one endpoint may reach another, and why",
    about: [
      "Says whether one endpoint may connect to another, with the policy, rule, file and line that decide in each direction, the rules that came closest, and the smallest edit that would turn the verdict round.",
      "shop/db is the workload, whatever Service shares its name. A Service is answered for by every endpoint it leads to, on the port at which traffic arrives there.",
      "--expect deny fails if anything may get through under some reading of what the input and the API leave open, --expect allow unless everything must.",
    ],
    examples: [
      ["may the shop reach its database", "watertight query manifests/ --from shop/web --to shop/db --port TCP/5432"],
      ["fail a pipeline if the internet can", "watertight query manifests/ --from internet --to shop/db --expect deny"],
      ["through a Service", "watertight query manifests/ --from shop/web --to shop/Service/db --port 5432"],
      [
        "the edit that would turn it round",
        "watertight query manifests/ --from shop/web --to shop/db -o json | jq -r .flip.patch",
      ],
    ],
    status: [ANSWERED, ["1", "answered, and not all of it comes out as --expect says"]],
  },
  policies: {
    summary: "say which policies select whom, and what their rules match",
    about: [
      "Says which policies select an endpoint, or whom one policy selects and what each of its rules matches. Without --for or --policy it lists every policy, those that are not evaluated included.",
    ],
    examples: [
      ["every policy", "watertight policies manifests/"],
      ["who governs the shop", "watertight policies manifests/ --for shop/web"],
      ["what one policy comes to", "watertight policies manifests/ --policy shop/db-ingress"],
      [
        "policies that select nobody",
        "watertight policies manifests/ -o json | jq -r '.policies[] | select(.selects == []).policy'",
      ],
    ],
    status: [ANSWERED],
  },
  paths: {
    summary: "say what falls when something has fallen, how, and what would stop it",
    about: [
      "Follows attackers from where they start to what is worth protecting: the cheapest paths, what one fallen workload takes with it, and the fewest edits that cut every path.",
      "Costs are ordinal: 0 free, 1 abuse of configuration, 2 a weak default, 3 a flaw or a stolen login. Every step names its evidence and what it assumes.",
    ],
    examples: [
      ["from every entry to every jewel", "watertight paths manifests/"],
      ["from the internet to the database", "watertight paths manifests/ --from internet --to shop/db"],
      ["by packets alone", "watertight paths manifests/ --edges network --from shop/web"],
      ["the patch that cuts them", "watertight paths manifests/ -o json | jq -r .cut.patch"],
    ],
    status: [ANSWERED, ["1", "answered, and there is a path, with --exit-code"]],
    files: [CONFIG],
  },
  gaps: {
    summary: "find default-allow gaps, dead and inverted policies, broken flows",
    about: [
      "Reports what policies mean and probably should not: defaults left open, rules that select nobody or the wrong end, denials that another policy hands back, connections the application needs and does not get. Each comes with a flow that shows it and, where an edit mends it, that edit tried out.",
      "What each finding means, and what is not reported, is in docs/findings.",
    ],
    examples: [
      ["what is wrong", "watertight gaps manifests/"],
      ["how the cluster stands", "watertight gaps manifests/ --summary"],
      ["fail a pipeline for what is grave", "watertight gaps manifests/ --fail-on high"],
      ["for code scanning", "watertight gaps manifests/ -o sarif > gaps.sarif"],
      ["accept what is there", "watertight gaps manifests/ --baseline gaps.json --write-baseline"],
      ["fail for what is new", "watertight gaps manifests/ --baseline gaps.json"],
    ],
    status: [
      ANSWERED,
      ["1", "answered, and a finding is left that is as grave as --fail-on says, or any that --baseline does not hold"],
    ],
    files: [CONFIG, ["the file of --baseline", "findings that are accepted; --write-baseline writes it"]],
  },
  diff: {
    summary: "say what differs between two inputs, and which policy did it",
    about: [
      "Compares two inputs: connections that open, close or change ports stand under the policies that did it; what comes and goes with a workload stands apart.",
      "Paths under --git are relative to the working directory; without one, everything below it is compared. BASE...HEAD compares with the commit where the two parted.",
    ],
    examples: [
      ["two folders", "watertight diff old/ -- new/"],
      ["two commits", "watertight diff --git main..HEAD"],
      ["a pull request, as a comment for it", "watertight diff --git origin/main...HEAD manifests/ -o md"],
      ["fail if anything differs", "watertight diff --git HEAD~1..HEAD --exit-code"],
    ],
    status: [ANSWERED, ["1", "answered, and something differs, with --exit-code"]],
    files: [["the git repository", `for --git: ${GIT}`]],
  },
  "what-if": {
    summary: "say what edits would change, or which edit would allow or deny a flow",
    about: [
      "Lays edits over the input and says what they change, as diff does. With --allow or --deny it finds the edits that bring a verdict about, each tried out, the one that changes least besides first.",
      "The input comes first, --allow and --deny last: they take FROM, TO and PORT.",
    ],
    examples: [
      ["a new policy", "watertight what-if manifests/ --add new-policy.yaml"],
      ["one policy less, for a comment", "watertight what-if manifests/ --remove NetworkPolicy/shop/db-ingress -o md"],
      ["what has to change to let it through", "watertight what-if manifests/ --allow shop/web shop/db TCP/5432"],
      ["or to stop it", "watertight what-if manifests/ --deny internet shop/web"],
    ],
    status: [
      ANSWERED,
      ["1", "answered, and something differs, with --exit-code; or no edit that brings the verdict about was found"],
    ],
  },
  test: {
    summary: "say whether what is expected holds",
    about: [
      "Holds a file of expectations against the input. Each must hold for every pair it is about, whichever way open questions are settled; one that does not is shown with a flow against it, the policy behind it, and both places.",
      [
        "expect:",
        "  - { from: shop/web, to: shop/db, port: TCP/5432, verdict: allow }",
        '  - { from: "dev/*", to: { namespace: prod, labels: { tier: data } }, verdict: deny }',
        "  - { path: { from: internet, to: shop/db }, exists: false }",
        "  - { gaps: { namespace: prod, severity: high }, none: true }",
      ].join("\n"),
      "The input comes first, --expect last.",
    ],
    examples: [
      ["what has to stay true", "watertight test manifests/ --expect expectations.yaml"],
      ["for a pipeline's report", "watertight test manifests/ --expect expectations.yaml -o junit > results.xml"],
    ],
    status: [
      ["0", "every expectation holds"],
      ["1", "one does not"],
    ],
    files: [["the files of --expect", "expectations, in YAML"]],
  },
  view: {
    summary: "show it all as a graph, on a page or from a local server",
    about: [
      "Writes the viewer with the manifests in it as one HTML file, which opens from disk without a network; or serves it, and again whenever a file changes. The server answers this machine only and ends with Ctrl+C; a cluster is read once.",
    ],
    examples: [
      ["a file to pass on", "watertight view manifests/ --output cluster.html"],
      ["follow what is being edited", "watertight view manifests/ --serve"],
      ["a live cluster", "watertight view --context prod --serve --port 8080"],
    ],
    status: [["0", "the page was written, or the server has ended"]],
    files: [["the file of --output", "written, in place of what was there"]],
  },
  completion: {
    summary: "print a script that completes command lines in a shell",
    about: [
      "Prints a script for a shell to read at its start. It completes commands, options, what options take, and the names in the input that the command line has so far, where that is files of no more than 4 MB; it never contacts a cluster.",
    ],
    examples: [
      ["bash, in ~/.bashrc", "source <(watertight completion bash)"],
      ["zsh, in ~/.zshrc after compinit", "source <(watertight completion zsh)"],
      ["fish, in ~/.config/fish/config.fish", "watertight completion fish | source"],
    ],
    status: [["0", "printed"]],
  },
  help: {
    summary: "explain a command, or what all of them share",
    about: ["Explains a command, or one of the topics that all commands share."],
    examples: [
      ["one command", "watertight help query"],
      ["what may be settled with --assume", "watertight help assumptions"],
    ],
    status: [["0", "explained"]],
  },
} as const satisfies Readonly<Record<string, Manual>>;

export type CommandName = keyof typeof MANUALS;

/** The manual of the program as a whole. */
export const PROGRAM: Manual = {
  summary: "tells who can reach whom in a Kubernetes cluster, and why",
  about: [
    "Tells who can reach whom in a Kubernetes cluster, and why, from its manifests.",
    "A path is a file of Kubernetes manifests in YAML or JSON, a folder of them, or - for standard input: what kubectl prints is fine. --context or --kubeconfig in place of paths reads a live cluster, with the verb list only; nothing else contacts one. Answers go to stdout, all else to stderr.",
  ],
  examples: [
    ["who may reach whom", "watertight list manifests/"],
    ["why", "watertight query manifests/ --from shop/web --to shop/db --port TCP/5432"],
    ["what is wrong with the policies", "watertight gaps manifests/ --fail-on high"],
    ["what a pull request changes", "watertight diff --git origin/main...HEAD manifests/"],
    ["what has to stay true", "watertight test manifests/ --expect expectations.yaml"],
    ["a live cluster", "watertight list --context prod"],
    ["a dump of one", "kubectl get pods,networkpolicies,namespaces -A -o json | watertight list -"],
  ],
  status: [
    ["0", "answered"],
    ["1", "answered, and the answer fails what was asked: --expect, --fail-on, --exit-code, a test"],
  ],
};
