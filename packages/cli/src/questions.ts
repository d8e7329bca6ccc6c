import { FINDING_SEVERITIES } from "@watertight/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { GAPS_FORMATS, LIST_FORMATS, PATHS_FORMATS, POLICIES_FORMATS, QUERY_FORMATS } from "./formats.ts";
import { collect, commandOf, configOption, formatOption, withInput } from "./input-options.ts";
import type { Io } from "./io.ts";

/** The commands that ask about one input. */
export function addQuestions(program: Command, io: Io, end: (status: number) => void): void {
  program.commandsGroup("Ask what holds:");
  withInput(
    commandOf(program, "list")
      .option("--from <endpoint>", "only connections from it: shop/web, shop/*, 203.0.113.7, 10.0.0.0/8, internet")
      .option("--to <endpoint>", "only connections to it; a Service too: shop/Service/db, its IP or DNS name")
      .option("--port <port>", "only this port: TCP/5432, 8080, UDP")
      .addOption(
        new Option("--by <grouping>", "what one row stands for")
          .choices(["pod", "workload", "namespace"])
          .default("workload"),
      )
      .addOption(
        new Option(
          "--exposure",
          "in place of connections: what the internet can reach, through which objects",
        ).conflicts(["from", "port"]),
      )
      .addOption(configOption("for --exposure, which pods serve which class"))
      .addOption(formatOption(LIST_FORMATS)),
  ).action(async (paths, options) => {
    const { list } = await import("./commands/verdicts.ts");
    end(await list(paths, options, io));
  });
  withInput(
    commandOf(program, "query")
      .requiredOption("--from <endpoint>", "who connects: shop/web, an id, an IP address, a CIDR, internet")
      .requiredOption("--to <endpoint>", "to whom: the same, or a Service as shop/Service/db, its IP or DNS name")
      .option("--port <port>", "on which port: TCP/5432, 8080, UDP, ICMP; without it, on every port")
      .addOption(
        new Option("--expect <verdict>", "exit with status 1 unless all of it comes out so").choices(["allow", "deny"]),
      )
      .addOption(formatOption(QUERY_FORMATS)),
  ).action(async (paths, options) => {
    const { query } = await import("./commands/verdicts.ts");
    end(await query(paths, options, io));
  });
  withInput(
    commandOf(program, "policies")
      .addOption(
        new Option("--for <endpoint>", "the policies that select it: shop/web, an id, an IP address").conflicts(
          "policy",
        ),
      )
      .option("--policy <policy>", "what one policy selects, and what each of its rules matches: shop/db-ingress")
      .addOption(formatOption(POLICIES_FORMATS)),
  ).action(async (paths, options) => {
    const { policies } = await import("./commands/analyses.ts");
    end(await policies(paths, options, io));
  });
  addPaths(program, io, end);
  withInput(
    commandOf(program, "gaps")
      .addOption(
        new Option("--severity <severity>", "leave out what is less grave").choices(FINDING_SEVERITIES).default("low"),
      )
      .option(
        "--only <finding>",
        "only those of a rule, such as NPG103, or one by its key, such as 'NPG103 shop egress'",
      )
      .addOption(
        new Option("--fail-on <severity>", "exit with status 1 if anything as grave is left").choices(
          FINDING_SEVERITIES,
        ),
      )
      .option(
        "--baseline <file>",
        "accept the findings of this file; anything new fails unless --fail-on says otherwise",
      )
      .option("--write-baseline", "write the findings there are now to the file of --baseline")
      .addOption(
        configOption("suppressions with their reasons, jewels, entry points, needed flows, controllers, weights"),
      )
      .option("--summary", "in place of findings: a profile of the cluster, an audit, and what manifests cannot decide")
      .option("--category <name>", "name of the cluster or environment, for SARIF")
      .addOption(formatOption(GAPS_FORMATS)),
  ).action(async (paths, options) => {
    const { gaps } = await import("./commands/analyses.ts");
    end(await gaps(paths, options, io));
  });
  withInput(
    commandOf(program, "view")
      .option("--output <file>", "the HTML file to write; - for standard output")
      .addOption(
        new Option("--serve", "serve it to this machine's browsers, anew whenever a file changes").conflicts("output"),
      )
      .addOption(
        new Option("--port <number>", "port to serve it on (default: any that is free)")
          .argParser(portNumber)
          .conflicts("output"),
      ),
  ).action(async (paths, options) => {
    const { view } = await import("./commands/analyses.ts");
    end(await view(paths, options, io));
  });
}

function addPaths(program: Command, io: Io, end: (status: number) => void): void {
  withInput(
    commandOf(program, "paths")
      .option("--from <endpoint>", "where it starts: shop/web, internet, serviceaccount:shop/web, node:n1")
      .option(
        "--to <endpoint>",
        "what it ends at: shop/db, secret:shop/db, node:n1, cluster-admin (default: the jewels)",
      )
      .addOption(
        new Option("--k <number>", "how many paths from one start to one target").default(3).argParser(pathCount),
      )
      .addOption(
        new Option("--edges <which>", "packets only, or what pods, roles and Secrets give besides")
          .choices(["network", "all"])
          .default("all"),
      )
      .addOption(
        new Option("--mode <mode>", "stop where packets arrive, or take each workload they reach, at a cost")
          .choices(["reach", "assume-breach"])
          .default("assume-breach"),
      )
      .addOption(
        new Option("--certainty <least>", "leave out steps less certain than this")
          .choices(["proved", "assumed", "conditional"])
          .default("assumed"),
      )
      .addOption(
        new Option("--metric <metric>", "what counts first where paths are compared: what they cost, or how many steps")
          .choices(["cost", "hops"])
          .default("cost"),
      )
      .addOption(
        new Option("--jewel <endpoint>", "something worth protecting: shop/db, secret:shop/db; may be repeated")
          .argParser(collect)
          .default([], "what is annotated or inferred"),
      )
      .addOption(
        new Option("--need <flow>", "a flow that has to stay open: shop/web,shop/db,TCP/5432; may be repeated")
          .argParser(collect)
          .default([], "what can be inferred"),
      )
      .addOption(configOption("jewels, entry points, needed flows, controllers"))
      .option("--exit-code", "exit with status 1 if there is a path")
      .addOption(formatOption(PATHS_FORMATS)),
  ).action(async (given, options) => {
    const { paths } = await import("./commands/analyses.ts");
    end(await paths(given, options, io));
  });
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number up to 65535.");
}

function pathCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new InvalidArgumentError("Give a number from 1 to 999.");
}
