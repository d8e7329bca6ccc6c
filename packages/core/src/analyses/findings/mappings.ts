/**
 * What findings have to do with the controls people are audited against, as data.
 *
 * A mapping says that a finding, or its absence, supports evidence for a control; it never says that anybody complies. Entries of
 * HIPAA and GDPR are our own interpretation, since neither speaks of networks of pods.
 */
export interface Framework {
  readonly id: "CIS" | "NSA-CISA" | "MITRE-ATTACK" | "MS-MATRIX" | "PCI-DSS" | "HIPAA" | "GDPR" | "NIST";
  readonly title: string;
  /** The edition the ids are from; they move between editions. */
  readonly edition: string;
  /** `interpretive` where the framework names no such control and the relation is our reading of it. */
  readonly reading: "published" | "interpretive";
}

export const FRAMEWORKS: readonly Framework[] = [
  { id: "CIS", title: "CIS Kubernetes Benchmark", edition: "1.12", reading: "published" },
  {
    id: "NSA-CISA",
    title: "NSA/CISA Kubernetes Hardening Guide",
    edition: "1.2; numbers of k8s-nsa-1.0",
    reading: "published",
  },
  { id: "MITRE-ATTACK", title: "MITRE ATT&CK", edition: "Enterprise 17", reading: "published" },
  { id: "MS-MATRIX", title: "Microsoft threat matrix for Kubernetes", edition: "as of 2025", reading: "published" },
  { id: "PCI-DSS", title: "PCI DSS", edition: "4.0", reading: "interpretive" },
  { id: "HIPAA", title: "HIPAA Security Rule, 45 CFR", edition: "in force", reading: "interpretive" },
  { id: "GDPR", title: "GDPR, Regulation (EU) 2016/679", edition: "in force", reading: "interpretive" },
  { id: "NIST", title: "NIST SP 800-53 and SP 800-190", edition: "800-53 r5, 800-190", reading: "interpretive" },
];

export type FrameworkId = Framework["id"];

/** Controls by framework. */
export type Mappings = { readonly [F in FrameworkId]?: readonly string[] };

/** Sets of controls that many rules share. */
export const BUNDLES = {
  ingress: {
    CIS: ["5.3.2"],
    "NSA-CISA": ["network policies (2.0)"],
    "MITRE-ATTACK": ["T1210", "T1046"],
    "MS-MATRIX": ["MS-TA9034", "MS-TA9031", "MS-M9014"],
    "PCI-DSS": ["1.3.1", "1.4.2"],
    HIPAA: ["164.312(a)(1)", "164.308(a)(4)(i)"],
    GDPR: ["25(2)", "32(1)(b)"],
    NIST: ["800-53 AC-4", "800-53 SC-7(5)", "800-190 3.3.3", "800-190 4.3.3"],
  },
  egress: {
    CIS: ["5.3.2"],
    "NSA-CISA": ["network policies (2.0)"],
    "MITRE-ATTACK": ["T1041", "T1048", "T1567"],
    "MS-MATRIX": ["MS-M9014"],
    "PCI-DSS": ["1.3.2"],
    HIPAA: ["164.312(e)(1)"],
    GDPR: ["5(1)(f)", "32(1)(b)"],
    NIST: ["800-53 SC-7(5)", "800-53 SC-7(10)", "800-190 3.4.2", "800-190 4.4.2"],
  },
  metadata: {
    "NSA-CISA": ["protecting cloud infrastructure"],
    "MITRE-ATTACK": ["T1552.005"],
    "MS-MATRIX": ["MS-TA9028", "MS-TA9033", "MS-TA9020", "MS-M9018"],
    "PCI-DSS": ["1.3.2", "7.2.5"],
    HIPAA: ["164.312(a)(1)"],
    GDPR: ["32(1)(b)"],
    NIST: ["800-53 AC-4"],
  },
  exposure: {
    "NSA-CISA": ["control plane hardening", "firewalling"],
    "MITRE-ATTACK": ["T1190", "T1133"],
    "MS-MATRIX": ["MS-TA9004", "MS-TA9005", "MS-M9008"],
    "PCI-DSS": ["1.4.2", "1.4.4"],
    HIPAA: ["164.312(a)(1)"],
    GDPR: ["25(2)"],
    NIST: ["800-53 SC-7"],
  },
  host: {
    CIS: ["5.2.2", "5.2.3", "5.2.4", "5.2.5", "5.2.11", "5.2.12"],
    "NSA-CISA": ["pod security (1.2 to 1.5)"],
    "MITRE-ATTACK": ["T1611"],
    "MS-MATRIX": ["MS-TA9018", "MS-TA9013", "MS-M9013", "MS-M9017"],
    "PCI-DSS": ["2.2.6"],
    HIPAA: ["164.312(a)(1)"],
    GDPR: ["32(1)(b)"],
    NIST: ["800-190 3.4.3", "800-190 3.5"],
  },
  enforcement: {
    CIS: ["5.3.1"],
    "NSA-CISA": ["a plugin that supports network policies (3.0)"],
    "MS-MATRIX": ["MS-M9014"],
    "PCI-DSS": ["1.2.1", "1.4.1"],
    HIPAA: ["164.312(a)(1)"],
    GDPR: ["32(1)(d)"],
    NIST: ["800-53 SC-7"],
  },
  dead: {
    CIS: ["5.3.2"],
    "PCI-DSS": ["1.2.7"],
    HIPAA: ["164.308(a)(8)"],
    GDPR: ["32(1)(d)"],
    NIST: ["800-53 CM-6"],
  },
  control: {
    CIS: [
      "5.1.2",
      "5.1.3",
      "5.1.4",
      "5.1.5",
      "5.1.6",
      "5.1.7",
      "5.1.8",
      "5.1.9",
      "5.1.10",
      "5.1.11",
      "5.1.12",
      "5.1.13",
    ],
    "NSA-CISA": ["authentication and authorization"],
    "MITRE-ATTACK": ["T1098.006", "T1078"],
    "MS-MATRIX": ["MS-TA9019"],
    "PCI-DSS": ["7.2.1", "7.2.2", "7.2.5", "1.2.8"],
    HIPAA: ["164.308(a)(4)(i)", "164.312(a)(1)"],
    GDPR: ["25(2)", "32(4)"],
    NIST: ["800-53 AC-6"],
  },
  availability: {
    "PCI-DSS": ["1.2.5"],
    HIPAA: ["164.306(a)(1)"],
    GDPR: ["32(1)(b)"],
    NIST: ["800-53 CP"],
  },
  hygiene: {
    "PCI-DSS": ["1.2.7"],
    GDPR: ["32(1)(d)"],
    NIST: ["800-53 CM-6"],
  },
  /** Only the ports that are needed. */
  ports: { "PCI-DSS": ["1.2.5"] },
  kubelet: { "MS-MATRIX": ["MS-TA9030"] },
  apiServer: { "MS-MATRIX": ["MS-TA9029"] },
  /** What is apart, and so out of scope. */
  separation: { "PCI-DSS": ["11.4.5", "12.5.2"], NIST: ["800-190 3.3.4"] },
  monitoring: { "PCI-DSS": ["10.4.1"], HIPAA: ["164.312(b)"] },
} as const satisfies { readonly [name: string]: Mappings };

export type Bundle = keyof typeof BUNDLES;

/** The controls of several bundles together, each once, in the order of {@link FRAMEWORKS}. */
export function mappingsOf(bundles: readonly Bundle[]): Mappings {
  const each: readonly Mappings[] = bundles.map((bundle) => BUNDLES[bundle]);
  return Object.fromEntries(
    FRAMEWORKS.map(({ id }) => [id, [...new Set(each.flatMap((mappings) => mappings[id] ?? []))]] as const).filter(
      ([, controls]) => controls.length > 0,
    ),
  );
}
