/** What is known of an implementation of Ingress or Gateway API, by the names it goes by. */
export interface Convention {
  /** What it is called in sentences. */
  readonly title: string;
  /** The controller strings of its IngressClass or GatewayClass; a prefix where it ends in `/`. */
  readonly controllers: readonly string[];
  /** Names its classes usually have. */
  readonly classes: RegExp;
  /** Where its proxies run, and with which labels; none for one that has no pods. */
  readonly pods?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Images of its proxies, where these do not serve as sidecars too. */
    readonly image?: RegExp;
  };
}

const name = (value: string) => ({ "app.kubernetes.io/name": value });

/**
 * Installation defaults of the usual controllers, from their own manifests and charts. They are defaults: whatever rests on one is
 * said to be assumed, unless such pods are in the input. Source: docs/semantics.md EXP-13, EXP-19.
 */
export const CONVENTIONS: readonly Convention[] = [
  {
    title: "ingress-nginx",
    controllers: ["k8s.io/ingress-nginx"],
    classes: /^(ingress-)?nginx/,
    pods: {
      namespace: "ingress-nginx",
      labels: { ...name("ingress-nginx"), "app.kubernetes.io/component": "controller" },
      image: /(^|\/)(ingress-nginx\/controller|nginx-ingress-controller)$/,
    },
  },
  {
    title: "the NGINX ingress controller",
    controllers: ["nginx.org/ingress-controller"],
    classes: /^nginx-(inc|plus|org)/,
    pods: { namespace: "nginx-ingress", labels: name("nginx-ingress"), image: /(^|\/)nginx\/nginx-(plus-)?ingress$/ },
  },
  {
    title: "Traefik",
    controllers: ["traefik.io/ingress-controller", "traefik.io/gateway-controller"],
    classes: /^traefik/,
    pods: { namespace: "traefik", labels: name("traefik"), image: /(^|\/)traefik$/ },
  },
  {
    title: "HAProxy Ingress",
    controllers: ["haproxy-ingress.github.io/controller"],
    classes: /^haproxy$/,
    pods: { namespace: "ingress-controller", labels: name("haproxy-ingress"), image: /(^|\/)haproxy-ingress$/ },
  },
  {
    title: "the HAProxy Technologies controller",
    controllers: ["haproxy.org/ingress-controller/"],
    classes: /^haproxy/,
    pods: {
      namespace: "haproxy-controller",
      labels: name("kubernetes-ingress"),
      image: /(^|\/)haproxytech\/kubernetes-ingress$/,
    },
  },
  {
    title: "Kong",
    controllers: ["ingress-controllers.konghq.com/kong", "konghq.com/kic-gateway-controller"],
    classes: /^kong/,
    pods: { namespace: "kong", labels: name("gateway"), image: /(^|\/)kong(-gateway)?$/ },
  },
  {
    title: "Contour",
    controllers: ["projectcontour.io/"],
    classes: /^contour/,
    pods: { namespace: "projectcontour", labels: { app: "envoy" } },
  },
  {
    title: "Istio",
    controllers: ["istio.io/ingress-controller", "istio.io/gateway-controller"],
    classes: /^istio/,
    pods: { namespace: "istio-system", labels: { istio: "ingressgateway" } },
  },
  {
    title: "Envoy Gateway",
    controllers: ["gateway.envoyproxy.io/gatewayclass-controller"],
    classes: /^(eg|envoy-gateway)$/,
    pods: {
      namespace: "envoy-gateway-system",
      labels: { "app.kubernetes.io/managed-by": "envoy-gateway", "app.kubernetes.io/component": "proxy" },
    },
  },
  {
    title: "NGINX Gateway Fabric",
    controllers: ["gateway.nginx.org/nginx-gateway-controller"],
    classes: /^nginx-gateway/,
    pods: { namespace: "nginx-gateway", labels: name("nginx-gateway-fabric") },
  },
  {
    title: "APISIX",
    controllers: ["apisix.apache.org/apisix-ingress-controller"],
    classes: /^apisix/,
    pods: { namespace: "ingress-apisix", labels: name("apisix"), image: /(^|\/)apache\/apisix$/ },
  },
  {
    title: "Emissary",
    controllers: ["getambassador.io/ingress-controller"],
    classes: /^(ambassador|emissary)/,
    pods: { namespace: "emissary", labels: name("emissary-ingress"), image: /(^|\/)(emissary|ambassador|aes)$/ },
  },
  {
    title: "the OpenShift router",
    controllers: ["openshift.io/ingress-to-route"],
    classes: /^openshift/,
    pods: {
      namespace: "openshift-ingress",
      labels: { "ingresscontroller.operator.openshift.io/deployment-ingresscontroller": "default" },
    },
  },
  {
    title: "Cilium",
    controllers: ["cilium.io/ingress-controller", "io.cilium/gateway-controller"],
    classes: /^cilium/,
  },
  {
    title: "the AWS load balancer",
    controllers: ["ingress.k8s.aws/alb", "gateway.k8s.aws/"],
    classes: /^(alb|amazon-vpc-lattice)$/,
  },
  {
    title: "Google Cloud's load balancer",
    controllers: ["k8s.io/ingress-gce", "networking.gke.io/"],
    classes: /^(gce|gke-)/,
  },
  {
    title: "the Azure application gateway",
    controllers: ["azure/application-gateway", "alb.networking.azure.io/"],
    classes: /^azure-/,
  },
];

/** What is known of a controller by its own name, else by that of its class. */
export function conventionFor(controller: string, className: string): Convention | undefined {
  const isIt = (own: string) => (own.endsWith("/") ? controller.startsWith(own) : controller === own);
  if (controller !== "") return CONVENTIONS.find(({ controllers }) => controllers.some(isIt));
  const taken = ({ classes }: Convention) => classes.exec(className)?.[0].length ?? 0;
  return CONVENTIONS.filter((one) => taken(one) > 0).sort((a, b) => taken(b) - taken(a))[0];
}
