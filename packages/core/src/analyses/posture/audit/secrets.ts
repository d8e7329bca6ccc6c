import type { Container } from "../../../model/security.ts";
import { secretsGiven } from "../../attack/edges/secrets.ts";
import type { FindingContext } from "../../findings/context.ts";
import { isSystem } from "../../findings/severity.ts";
import { type AuditRule, against, type Evidence, some, unknown } from "./row.ts";
import { credentialIn, credentialInWord } from "./sensitive.ts";

const TOPIC = "secrets and encryption at rest";

export const exposedCredentials: AuditRule = {
  id: "ZT16",
  topic: TOPIC,
  claim: "No credential stands in a ConfigMap, a variable or an argument",
  controls: { "PCI-DSS": ["8.6.2"], HIPAA: ["164.312(a)(1)"], GDPR: ["32(1)(b)"], NIST: ["800-53 IA-5"] },
  look(context) {
    const { configMaps } = context.cluster.storage;
    if (configMaps.length === 0 && context.subjects.length === 0)
      return unknown("the input has neither ConfigMaps nor workloads");
    const inMaps = configMaps.flatMap(({ namespace, name, entries }) =>
      entries.flatMap(({ key, value, span }): readonly Evidence[] => {
        const why = credentialIn(key, value) ?? credentialInLines(value);
        return why ? [{ object: `ConfigMap ${namespace}/${name}`, says: `${key} ${why}`, span }] : [];
      }),
    );
    const inSpecs = templatesOf(context).flatMap(({ id, container }) => [
      ...container.env.flatMap((one): readonly Evidence[] => {
        const why = one.kind === "value" ? credentialIn(one.name, one.value) : undefined;
        return why
          ? [{ object: id, says: `variable ${one.name} of container ${container.name} ${why}`, span: one.span }]
          : [];
      }),
      ...credentialWords(container).map(
        (why): Evidence => ({
          object: id,
          says: `an argument of container ${container.name} ${why}`,
          span: container.span,
        }),
      ),
    ]);
    return against(
      "fail",
      [...inMaps, ...inSpecs],
      "credentials stand where whoever reads the configuration reads them",
      "no name or value looks like a credential; whatever is called otherwise is not found",
    );
  },
};

/** In a file: an assignment a line. */
function credentialInLines(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*["']?([A-Za-z][\w.-]*)["']?\s*[:=]\s*["']?([^"'\s,#]+)["']?\s*,?\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const why = credentialIn(name, value);
    if (why) return `has a line that ${why}`;
  }
  return undefined;
}

function credentialWords({ command, args }: Container): readonly string[] {
  return [...new Set([...command, ...args].flatMap((word) => credentialInWord(word) ?? []))];
}

/** Each container of each workload once, however many pods it has. */
function templatesOf({ subjects }: FindingContext) {
  return subjects.flatMap(({ id, members }) => {
    const specs = new Set(members.flatMap(({ pods }) => pods.map(({ spec }) => spec)));
    return [...specs].flatMap(({ containers }) => containers.map((container) => ({ id, container })));
  });
}

export const secretVariables: AuditRule = {
  id: "ZT17",
  topic: TOPIC,
  claim: "Secrets are given to pods as files, not as variables",
  controls: { CIS: ["5.4.1"] },
  look(context) {
    if (context.subjects.length === 0) return unknown("the input has no workload");
    const evidence = context.subjects.flatMap(({ id, members }): readonly Evidence[] => {
      const given = members.flatMap(({ pods }) => pods.flatMap(secretsGiven)).filter(({ how }) => how === "variable");
      const [first] = given;
      const names = new Set(given.map(({ name }) => name));
      return first ? [{ object: id, says: `${some(names.size, "Secret")} as ${first.because}`, span: first.span }] : [];
    });
    return against(
      "warn",
      evidence,
      "variables show in process listings, crash reports and child processes",
      "no workload has a Secret as a variable",
    );
  },
};

/** Kinds of objects that bring Secrets from elsewhere, or hold them encrypted. */
const SEALED_KINDS: ReadonlySet<string> = new Set([
  "SealedSecret",
  "ExternalSecret",
  "ClusterExternalSecret",
  "SecretProviderClass",
  "VaultStaticSecret",
  "VaultDynamicSecret",
  "OnePasswordItem",
]);

export const plainSecrets: AuditRule = {
  id: "ZT18",
  topic: TOPIC,
  claim: "Manifests hold no Secret in plain text",
  controls: { CIS: ["5.4.2"], "PCI-DSS": ["8.6.2"], NIST: ["800-53 SC-28"] },
  look({ cluster: { storage, controls, pods } }) {
    const sealing = controls.otherKinds.filter(({ kind }) => SEALED_KINDS.has(kind));
    const injected = pods.some(({ annotations }) => annotations.get("vault.hashicorp.com/agent-inject") === "true");
    if (storage.secrets.length === 0)
      return sealing.length > 0 || injected
        ? {
            verdict: "pass",
            because: "Secrets come from elsewhere or are encrypted; how well those are kept is not shown",
            evidence: sealing.map(({ kind, objects, span }) => ({ object: kind, says: `${objects} of it`, span })),
          }
        : unknown("the input has no Secret, and nothing that would bring one");
    const plain = storage.secrets.filter(
      ({ keys, sealed, type, namespace }) => keys.length > 0 && !sealed && !isSystem(namespace) && !isMade(type),
    );
    return against(
      "warn",
      plain.map(({ namespace, name, keys, span }) => ({
        object: `Secret ${namespace}/${name}`,
        says: `has ${some(keys.length, "value")} in it, which base64 does not hide`,
        span,
      })),
      "whoever reads these manifests reads the Secrets; in a dump of a cluster that is how it is",
      "Secrets of the input have no values, or encrypted ones",
    );
  },
};

/** Whether the cluster makes such Secrets itself. */
function isMade(type: string): boolean {
  return /^(kubernetes\.io\/service-account-token|helm\.sh\/|bootstrap\.kubernetes\.io\/)/.test(type);
}

export const encryptedAtRest: AuditRule = {
  id: "ZT19",
  topic: TOPIC,
  claim: "The API server encrypts Secrets before it stores them",
  controls: {
    CIS: ["1.2.27"],
    "NSA-CISA": ["encryption of Secrets at rest (6.1, 6.2)"],
    GDPR: ["32(1)(a)"],
    NIST: ["800-53 SC-28"],
  },
  look({ cluster: { controls } }) {
    const [configuration] = controls.encryptionConfigurations;
    if (!configuration)
      return unknown("no EncryptionConfiguration is in the input; managed clusters do not show theirs");
    const { span } = configuration;
    const covering = configuration.resources.find(({ kinds }) =>
      kinds.some((kind) => ["secrets", "*.", "*.*"].includes(kind)),
    );
    const [first] = covering?.providers ?? [];
    const evidence = [
      { object: "EncryptionConfiguration", says: first ? `begins with ${first}` : "does not list secrets", span },
    ];
    if (!covering || first === undefined)
      return { verdict: "fail", because: "Secrets are not among what is encrypted", evidence };
    return first === "identity"
      ? { verdict: "fail", because: "the first provider leaves Secrets as they are", evidence }
      : { verdict: "pass", because: `Secrets are encrypted by ${first}`, evidence };
  },
};

/** Parameters by which drivers are told to encrypt a volume. */
const ENCRYPTING =
  /^(encrypted|disk-encryption-kms-key|kmsKeyId|diskEncryptionSetID|encryption|csi\.storage\.k8s\.io\/node-stage-secret-name)$/i;

export const encryptedVolumes: AuditRule = {
  id: "ZT20",
  topic: TOPIC,
  claim: "Volumes are encrypted",
  controls: { "PCI-DSS": ["3.5.1"], HIPAA: ["164.312(a)(2)(iv)"], GDPR: ["32(1)(a)"], NIST: ["800-53 SC-28"] },
  look({ cluster: { storage } }) {
    if (storage.classes.length === 0) return unknown("the input has no StorageClass");
    const words = storage.classes.map(({ name, parameters, span }) => {
      const set = [...parameters].find(([key]) => ENCRYPTING.test(key));
      const is = set === undefined ? "unknown" : set[1] === "false" ? "off" : "on";
      return { is, evidence: { object: `StorageClass ${name}`, says: SAYS[is], span } } as const;
    });
    const off = words.filter(({ is }) => is === "off");
    if (off.length > 0)
      return {
        verdict: "fail",
        because: "a StorageClass turns encryption off",
        evidence: off.map(({ evidence }) => evidence),
      };
    const open = words.filter(({ is }) => is === "unknown");
    return open.length > 0
      ? unknown(
          "what the provider does by itself is not shown",
          open.map(({ evidence }) => evidence),
        )
      : { verdict: "pass", because: "every StorageClass asks for encryption" };
  },
};

const SAYS = { on: "asks for encryption", off: "turns encryption off", unknown: "does not speak of encryption" };
