/**
 * How much of a pod a dump shows: `slim` is what verdicts look at (1 KB), `full` what `kubectl get pods -o json` prints of an ordinary
 * Deployment's pod (9 KB with its indentation of four).
 */
export const DETAILS = ["slim", "full"] as const;
export type Detail = (typeof DETAILS)[number];

export interface Replica {
  readonly namespace: string;
  readonly app: string;
  /** Its number among its siblings, and among all pods. */
  readonly replica: number;
  readonly serial: number;
  readonly labels: object;
  readonly ports: readonly object[];
}

export const podOf: { readonly [D in Detail]: (replica: Replica) => object } = { slim, full };

function slim({ namespace, app, replica, serial, labels, ports }: Replica) {
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: app, uid: `${namespace}-${app}`, controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${app}-${replica}`, namespace, labels, ownerReferences: [owner] },
    spec: { nodeName: nodeOf(serial), containers: [{ name: "main", image: "example/app:1", ports }] },
    status: { phase: "Running", podIP: addressOf(serial) },
  };
}

/** Members in the order in which kubectl prints them. */
function full({ namespace, app, replica, serial, labels, ports }: Replica) {
  const hash = letters(hashOf(`${namespace}/${app}`), 10);
  const set = `${app}-${hash}`;
  const name = `${set}-${letters(hashOf(`${namespace}/${app}/${replica}`), 5)}`;
  const template = { ...labels, "pod-template-hash": hash };
  const image = `registry.example.com/${namespace}/${app}:1.27.3`;
  const token = `kube-api-access-${letters(serial + 1, 5)}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      annotations: {
        "kubectl.kubernetes.io/restartedAt": STARTED,
        "prometheus.io/port": "9090",
        "prometheus.io/scrape": "true",
      },
      creationTimestamp: STARTED,
      generateName: `${set}-`,
      labels: template,
      name,
      namespace,
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          blockOwnerDeletion: true,
          controller: true,
          kind: "ReplicaSet",
          name: set,
          uid: uidOf(set, namespace),
        },
      ],
      resourceVersion: String(1_000_000 + serial),
      uid: uidOf(name, namespace),
    },
    spec: {
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              podAffinityTerm: { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
              weight: 100,
            },
          ],
        },
      },
      containers: [
        {
          env: [
            { name: "LOG_LEVEL", value: "info" },
            { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
            { name: "DATABASE_PASSWORD", valueFrom: { secretKeyRef: { key: "password", name: `${app}-database` } } },
            { name: "FEATURES_URL", value: `http://features.${namespace}.svc.cluster.local:8080/v1/flags` },
          ],
          envFrom: [{ configMapRef: { name: `${app}-config` } }],
          image,
          imagePullPolicy: "IfNotPresent",
          livenessProbe: probe("/healthz", 10),
          name: "main",
          ports: ports.map((port) => ({ ...port, protocol: "TCP" })),
          readinessProbe: probe("/ready", 5),
          resources: { limits: { cpu: "500m", memory: "512Mi" }, requests: { cpu: "100m", memory: "256Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
          },
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          volumeMounts: [
            { mountPath: "/tmp", name: "scratch" },
            { mountPath: "/etc/app", name: "config", readOnly: true },
            { mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", name: token, readOnly: true },
          ],
        },
      ],
      dnsPolicy: "ClusterFirst",
      enableServiceLinks: true,
      nodeName: nodeOf(serial),
      preemptionPolicy: "PreemptLowerPriority",
      priority: 0,
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: { fsGroup: 2000, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      serviceAccount: app,
      serviceAccountName: app,
      terminationGracePeriodSeconds: 30,
      tolerations: ["not-ready", "unreachable"].map((taint) => ({
        effect: "NoExecute",
        key: `node.kubernetes.io/${taint}`,
        operator: "Exists",
        tolerationSeconds: 300,
      })),
      volumes: [
        { emptyDir: {}, name: "scratch" },
        { configMap: { defaultMode: 420, name: `${app}-config` }, name: "config" },
        {
          name: token,
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
              { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
              {
                downwardAPI: {
                  items: [{ fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" }, path: "namespace" }],
                },
              },
            ],
          },
        },
      ],
    },
    status: {
      conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
        (type) => ({
          lastProbeTime: null,
          lastTransitionTime: STARTED,
          status: "True",
          type,
        }),
      ),
      containerStatuses: [
        {
          containerID: `containerd://${digest(name)}`,
          image,
          imageID: `registry.example.com/${namespace}/${app}@sha256:${digest(app)}`,
          lastState: {},
          name: "main",
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: STARTED } },
        },
      ],
      hostIP: `192.168.0.${1 + (serial % NODES)}`,
      hostIPs: [{ ip: `192.168.0.${1 + (serial % NODES)}` }],
      phase: "Running",
      podIP: addressOf(serial),
      podIPs: [{ ip: addressOf(serial) }],
      qosClass: "Burstable",
      startTime: STARTED,
    },
  };
}

const STARTED = "2026-03-02T09:17:25Z";
const NODES = 50;

function nodeOf(serial: number): string {
  return `node-${serial % NODES}`;
}

function addressOf(serial: number): string {
  return `10.${128 + (serial >> 16)}.${(serial >> 8) & 255}.${serial & 255}`;
}

function probe(path: string, seconds: number) {
  const httpGet = { path, port: "http", scheme: "HTTP" };
  return { failureThreshold: 3, httpGet, periodSeconds: seconds, successThreshold: 1, timeoutSeconds: 1 };
}

/** As controllers draw them: no vowels, so that no word comes of it. */
function letters(from: number, length: number): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  let text = "";
  for (let rest = from; text.length < length; rest = Math.imul(rest, 1_664_525) + 1_013_904_223)
    text += alphabet[(rest >>> 8) % alphabet.length];
  return text;
}

function uidOf(name: string, namespace: string): string {
  const all = digest(`${namespace}/${name}`);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20, 32)].join("-");
}

/** 64 hexadecimal digits. */
function digest(text: string): string {
  return Array.from({ length: 8 }, (_, i) => hashOf(`${i}${text}`).toString(16).padStart(8, "0")).join("");
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
