import type { Endpoint } from "../../../engine/endpoints.ts";
import type { Pod } from "../../../model/cluster.ts";
import { accountId, tokenMount } from "../../attack/accounts.ts";
import { groupBy } from "../../attack/group-by.ts";
import { type FindingContext, isOnHost } from "../../findings/context.ts";
import { identityKey } from "../../findings/identity.ts";
import { accountsWithGrants, reachesApi } from "../../findings/npg211.ts";
import { isSystem } from "../../findings/severity.ts";
import { spanOf } from "../../findings/subjects.ts";
import { listed, shortId } from "../../findings/words.ts";
import { type AuditRule, against, type Evidence, some, unknown } from "./row.ts";

const TOPIC = "identity and access";

interface Runner {
  readonly subject: Endpoint;
  readonly pod: Pod;
  /** `shop/web`. */
  readonly account: string;
  /** Why it is given the account's token; absent where it is not. */
  readonly token?: string;
}

/** Every workload outside system namespaces with the account it runs as. */
function runnersOf(context: FindingContext): readonly Runner[] {
  const objects = new Map(context.cluster.identities.serviceAccounts.map((one) => [accountId(one), one]));
  return context.subjects.flatMap((subject) => {
    const pod = subject.members[0]?.pods[0];
    if (!pod || isSystem(pod.namespace)) return [];
    const account = accountId({ namespace: pod.namespace, name: pod.spec.serviceAccountName });
    const token = tokenMount(pod, objects.get(account))?.because;
    return [{ subject, pod, account, ...(token !== undefined && { token }) }];
  });
}

export const ownAccounts: AuditRule = {
  id: "ZT06",
  topic: TOPIC,
  claim: "Every application runs as a ServiceAccount of its own",
  controls: { CIS: ["5.1.5"], NIST: ["800-53 AC-6"] },
  look(context) {
    const runners = context.once(runnersOf);
    if (runners.length === 0) return unknown("the input has no workload outside system namespaces");
    const withTokens = runners.filter(({ token }) => token !== undefined);
    const byDefault = withTokens.filter(({ account }) => account.endsWith("/default"));
    const shared = [...groupBy(withTokens, ({ account }) => account)].flatMap(([account, own]): readonly Evidence[] => {
      const applications = new Set(own.map(({ subject }) => identityKey(subject) ?? subject.id));
      if (applications.size < 2 || account.endsWith("/default")) return [];
      const names = own.map(({ subject }) => shortId(subject));
      return [{ object: `ServiceAccount ${account}`, says: `is shared by ${listed(names)}`, span: own[0]?.pod.span }];
    });
    const evidence = [
      ...byDefault.map(
        ({ subject, account }): Evidence => ({
          object: subject.id,
          says: `runs as ${account}, with its token`,
          span: spanOf(context, subject),
        }),
      ),
      ...shared,
    ];
    return against(
      byDefault.length > 0 ? "fail" : "warn",
      evidence,
      byDefault.length > 0
        ? `${some(byDefault.length, "workload")} ${byDefault.length === 1 ? "runs" : "run"} as the default account, whose rights all of its namespace share`
        : "applications share an account, so that its rights are the sum of what each needs",
      "every workload with a token has an account of its own",
    );
  },
};

export const neededTokens: AuditRule = {
  id: "ZT07",
  topic: TOPIC,
  claim: "Only workloads that speak to the API server are given a token",
  controls: { CIS: ["5.1.6"], "MS-MATRIX": ["MS-TA9016", "MS-M9025"], NIST: ["800-53 AC-6"] },
  look(context) {
    const runners = context.once(runnersOf);
    if (runners.length === 0) return unknown("the input has no workload outside system namespaces");
    const given = runners.filter(({ token }) => token !== undefined);
    if (given.length === 0) return { verdict: "pass", because: "no workload is given a token" };
    const barred = given.filter(({ subject }) => !isOnHost(subject) && !reachesApi(context, subject));
    const showsBindings = context.cluster.identities.bindings.length > 0;
    const holders = context.once(accountsWithGrants);
    const idle = showsBindings ? given.filter(({ account }) => !holders.has(account)) : [];
    const wrong = given.filter((one) => barred.includes(one) || idle.includes(one));
    const evidence = wrong.map(
      ({ subject, account, token }): Evidence => ({
        object: subject.id,
        says: `${idle.some((one) => one.subject === subject) ? `no role is bound to ${account}` : "its policies keep it from the API server"}, and it is given a token: ${token}`,
        span: spanOf(context, subject),
      }),
    );
    const share = `${given.length} of ${some(runners.length, "workload")} ${given.length === 1 ? "is" : "are"} given a token`;
    if (evidence.length === 0 && !showsBindings)
      return unknown(`${share}; the input has no RoleBinding or ClusterRoleBinding to tell which need it`);
    return against("fail", evidence, `${share}, ${wrong.length} of them without need`, `${share}, and each has a role`);
  },
};

export const longLived: AuditRule = {
  id: "ZT08",
  topic: TOPIC,
  claim: "No Secret holds a token that never expires",
  controls: { CIS: ["5.1.6"] },
  look({ cluster: { storage } }) {
    if (storage.secrets.length === 0) return unknown("the input has no Secret");
    const evidence = storage.secrets
      .filter(({ type }) => type === "kubernetes.io/service-account-token")
      .map(({ namespace, name, span }) => ({
        object: `Secret ${namespace}/${name}`,
        says: "is of type kubernetes.io/service-account-token",
        span,
      }));
    return against(
      "warn",
      evidence,
      "tokens in Secrets are valid until somebody deletes them",
      `none of ${some(storage.secrets.length, "Secret")} holds an account's token`,
    );
  },
};

/** Flags of the API server by which it trusts an identity provider. */
const PROVIDER_FLAGS = /^--(oidc-issuer-url|authentication-config)(=|$)/;

/** The same among the arguments that kubeadm keeps for it. */
const PROVIDER_SETTING = /^\s*(-\s*name:\s*)?["']?(oidc-issuer-url|authentication-config)\b/m;

export const identityProvider: AuditRule = {
  id: "ZT09",
  topic: TOPIC,
  claim: "People log in through an identity provider",
  controls: { CIS: ["3.1.1"] },
  look({ cluster }) {
    const file = cluster.controls.authenticationConfigurations.find(({ issuers }) => issuers.length > 0);
    const kubeadm = cluster.storage.configMaps.find(
      ({ name, entries }) => name === "kubeadm-config" && entries.some(({ value }) => PROVIDER_SETTING.test(value)),
    );
    const flagged = apiServers(cluster.pods).find(({ words }) => words.some((word) => PROVIDER_FLAGS.test(word)));
    const evidence: readonly Evidence[] = [
      ...(file ? [{ object: "AuthenticationConfiguration", says: "names an issuer", span: file.span }] : []),
      ...(kubeadm
        ? [{ object: `ConfigMap ${kubeadm.namespace}/${kubeadm.name}`, says: "names an issuer", span: kubeadm.span }]
        : []),
      ...(flagged ? [{ object: flagged.pod.id, says: "names an issuer", span: flagged.pod.span }] : []),
    ];
    return evidence.length > 0
      ? {
          verdict: "pass",
          because: "the API server is told of one; second factors and devices are not shown",
          evidence,
        }
      : unknown(
          "neither an AuthenticationConfiguration with an issuer nor flags of the API server for one are in the input",
        );
  },
};

/** Pods of the API server, with the words of their command lines. */
export function apiServers(pods: readonly Pod[]) {
  return pods.flatMap((pod) => {
    const words = pod.spec.containers.flatMap(({ command, args }) => [...command, ...args]);
    return words.some((word) => /(^|\/)kube-apiserver$/.test(word)) ? [{ pod, words }] : [];
  });
}
