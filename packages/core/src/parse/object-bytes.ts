import type { NetworkPolicy } from "../model/cluster.ts";
import type { JsonBytes } from "./json-bytes.ts";
import { OPEN_MAP, REFUSED } from "./json-scan.ts";
import { MetadataBytes, type QuickMetadata } from "./metadata-bytes.ts";
import { NO_STATUS, PodSpecBytes, readStatus, type Spec } from "./pod-bytes.ts";
import { UNREAD } from "./pod-spec.ts";
import { type PolicySpec, readPolicySpec } from "./policy-bytes.ts";
import type { ListHeader } from "./tree.ts";
import type { LivePod } from "./workload.ts";

/** An object of one of the kinds of which a dump has most. */
export type QuickObject = { readonly pod: LivePod } | { readonly policy: NetworkPolicy };

/**
 * Reads pods and NetworkPolicies from bytes as far as verdicts rest on them, exactly as {@link readManifest} does from values, and
 * several times as fast: of what nothing is made, no value ever comes to be.
 *
 * It knows them as API servers store them. Whatever is out of the ordinary is {@link REFUSED}, and above all whatever would have to be
 * reported: the thorough readers say what is wrong. Nothing is read wrong for the sake of speed; the tests compare both.
 */
export class ObjectBytes {
  private readonly metadata: MetadataBytes;
  private readonly podSpecs = new PodSpecBytes();
  /** What the list says its items are. */
  private readonly inherited: { readonly kind?: string; readonly apiVersion?: string };

  constructor(
    private readonly json: JsonBytes,
    private readonly path: string,
    defaultNamespace: string,
    list: ListHeader,
  ) {
    this.metadata = new MetadataBytes(defaultNamespace);
    this.inherited =
      list.kind === "List" ? {} : { kind: list.kind.slice(0, -"List".length), apiVersion: list.apiVersion };
  }

  /** The object it has come to. Refuses one of another kind, and one that does not say its kind before its spec. */
  read(): QuickObject {
    const { json, path } = this;
    const { line, column } = json;
    let { kind, apiVersion } = this.inherited;
    let metadata: QuickMetadata | undefined;
    let podSpec: Spec | undefined;
    let policySpec: PolicySpec | undefined;
    let status = NO_STATUS;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      switch (json.key) {
        case "kind":
          kind = this.kindAfter(kind, json.word() || kind);
          break;
        case "apiVersion":
          apiVersion = json.word() || apiVersion;
          break;
        case "metadata":
          metadata = this.metadata.read(json);
          break;
        case "spec":
          if (kind === "Pod") podSpec = this.podSpecs.spec(json);
          else if (kind === "NetworkPolicy") policySpec = readPolicySpec(json, path);
          else throw REFUSED;
          break;
        case "status":
          if (kind === "Pod") {
            if (!json.isNull()) status = readStatus(json);
          } else if (kind === "NetworkPolicy") json.skip();
          else throw REFUSED;
          break;
        default:
          if (kind !== "Pod") throw REFUSED;
          json.skip();
      }
    }
    const span = { path, line, column, endLine: json.line, endColumn: json.column };
    if (!metadata) throw REFUSED;
    const { namespace, name, labels, annotations } = metadata;
    if (kind === "Pod" && apiVersion === "v1" && podSpec) {
      const { ports, network, node } = podSpec;
      const { finished, addresses, hostAddresses } = status;
      const readiness = metadata.leaves ? "not-ready" : status.readiness;
      const { owner } = metadata;
      // As `readPod` spells it out, so that both make objects of one shape.
      return {
        pod: {
          labels,
          annotations,
          ports,
          network,
          node,
          spec: UNREAD,
          namespace,
          name,
          owner,
          finished,
          addresses,
          hostAddresses,
          readiness,
          span,
        },
      };
    }
    if (kind !== "NetworkPolicy" || apiVersion !== "networking.k8s.io/v1" || !policySpec) throw REFUSED;
    const { podSelector, ingress, egress, types } = policySpec;
    const policy: NetworkPolicy = {
      namespace,
      name,
      podSelector,
      ingress,
      egress,
      policyTypes: types ?? (egress.length > 0 ? ["ingress", "egress"] : ["ingress"]),
      policyTypesWritten: types !== undefined,
      ...(annotations.size > 0 && { annotations }),
      span,
    };
    return { policy };
  }

  /** The kind that is written, where it may be that after what was taken for granted so far. */
  private kindAfter(inherited: string | undefined, written: string | undefined): string {
    if (written !== "Pod" && written !== "NetworkPolicy") throw REFUSED;
    if (inherited !== undefined && inherited !== written) throw REFUSED;
    return written;
  }
}
