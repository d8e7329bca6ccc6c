import { describe, expect, test } from "vitest";
import {
  admit,
  answers,
  deadEndsOf,
  entriesTold,
  exposureOf,
  node,
  object,
  pod,
  service,
  serviceOf,
} from "./manifests.ts";

const web = pod("shop/web", "10.0.0.1");
const WEB = "shop/Pod/web";
const balanced = (more = "") => serviceOf("shop/web", `type: LoadBalancer${more && `, ${more}`}`);

describe("EXP-1, EXP-2: backends and their ports", () => {
  test("a load balancer publishes the ready pods its Service selects", () => {
    expect(entriesTold([web, balanced()])).toEqual([`load-balancer ${WEB} yes yes yes`]);
  });

  test("a policy is asked about the port of the pod, and not of the Service", () => {
    const onPort = (port: number) => admit("shop/web", "{ ipBlock: { cidr: 0.0.0.0/0 } }", `{ port: ${port} }`);
    expect(entriesTold([web, balanced(), onPort(8080)])).toEqual([`load-balancer ${WEB} yes yes yes`]);
    expect(entriesTold([web, balanced(), onPort(80)])).toEqual([`load-balancer ${WEB} yes no no`]);
  });

  test("of several ports, what policies let through is told", () => {
    const both = service(
      "shop/web",
      "{ type: LoadBalancer, selector: { app: web }, ports: [{ name: a, port: 80 }, { name: b, port: 81 }] }",
    );
    const one = admit("shop/web", "{ ipBlock: { cidr: 0.0.0.0/0 } }", "{ port: 81 }");
    const [entry] = exposureOf([web, both, one]).exposures[0]?.entries ?? [];
    expect([entry?.permitted.certain, `${entry?.open}`]).toEqual([true, "TCP 81"]);
  });

  test("a pod that does not declare the named port is no backend", () => {
    const named = service(
      "shop/web",
      "{ type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: sql }] }",
    );
    expect(entriesTold([web, named])).toEqual([]);
    expect(deadEndsOf([web, named])).toEqual(["no-endpoints"]);
  });

  test("an EndpointSlice written by hand leads to the pod that has its address", () => {
    const slice = object(
      "discovery.k8s.io/v1",
      "EndpointSlice",
      "shop/web-1",
      "addressType: IPv4\nports: [{ port: 8080, protocol: TCP }]\nendpoints: [{ addresses: [10.0.0.1] }]",
      "labels: { kubernetes.io/service-name: web }",
    );
    const bare = service("shop/web", "{ type: LoadBalancer, ports: [{ port: 80 }] }");
    expect(entriesTold([web, bare, slice])).toEqual([`load-balancer ${WEB} yes yes yes`]);
    expect(deadEndsOf([pod("shop/web", "10.0.0.9"), bare, slice])).toEqual(["leads-outside"]);
  });
});

describe("EXP-3, EXP-4: what has no address outside", () => {
  test.each(["type: ClusterIP", "clusterIP: None"])("%s publishes nothing", (more) => {
    expect(entriesTold([web, serviceOf("shop/web", more)])).toEqual([]);
  });

  test("an ExternalName publishes nothing", () => {
    expect(entriesTold([web, service("shop/web", "{ type: ExternalName, externalName: web.example.com }")])).toEqual(
      [],
    );
  });
});

describe("EXP-5: who can dial a Service", () => {
  test("node ports are reached where nodes are, which the input does not show", () => {
    expect(entriesTold([web, serviceOf("shop/web", "type: NodePort")])).toEqual([
      `node-port ${WEB} unknown yes unknown`,
    ]);
  });

  test("nodes whose addresses are private are taken not to be reached, and never said to be safe", () => {
    const published = (address: string) =>
      exposureOf([web, serviceOf("shop/web", "type: NodePort"), node("n1", address)]).exposures[0]?.published;
    expect(published("192.168.0.4")).toEqual({ certain: false, expected: false, possible: true });
    expect(published("8.8.4.4")).toEqual({ certain: false, expected: true, possible: true });
  });

  test.each([
    'service.beta.kubernetes.io/aws-load-balancer-internal: "true"',
    "service.beta.kubernetes.io/aws-load-balancer-scheme: internal",
    'service.beta.kubernetes.io/azure-load-balancer-internal: "true"',
    "networking.gke.io/load-balancer-type: Internal",
  ])("%s keeps a load balancer from the internet, as far as the cloud knows it", (annotation) => {
    const spec = "{ type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }";
    const [entry] = exposureOf([web, service("shop/web", spec, annotation)]).exposures[0]?.entries ?? [];
    expect(entry?.published).toEqual({ certain: false, expected: false, possible: true });
    expect(entry?.assumptions.map(({ code }) => code)).toEqual(["balancer-audience"]);
  });

  test("an annotation that says no keeps nothing", () => {
    const spec = "{ type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }";
    const off = 'service.beta.kubernetes.io/aws-load-balancer-internal: "false"';
    expect(entriesTold([web, service("shop/web", spec, off)])).toEqual([`load-balancer ${WEB} yes yes yes`]);
  });

  test("a load balancer class of its own leaves it open whom it serves", () => {
    expect(
      entriesTold([web, balanced("loadBalancerClass: example.com/edge, allocateLoadBalancerNodePorts: false")]),
    ).toEqual([`load-balancer ${WEB} unknown yes unknown`]);
  });

  test("without node ports of its own, a load balancer's Service has no other door", () => {
    const ranges = "loadBalancerSourceRanges: [8.8.8.0/24]";
    expect(entriesTold([web, balanced(`${ranges}, allocateLoadBalancerNodePorts: false`)])).toEqual([
      `load-balancer ${WEB} yes yes yes`,
    ]);
  });

  test("an external IP counts as reached where it is public", () => {
    const at = (address: string) => entriesTold([web, serviceOf("shop/web", `externalIPs: [${address}]`)]);
    expect(at("8.8.4.4")).toEqual([`external-ip ${WEB} unknown yes unknown`]);
    const [exposure] = exposureOf([web, serviceOf("shop/web", "externalIPs: [10.1.1.1]")]).exposures;
    expect(exposure?.exposed).toEqual({ certain: false, expected: false, possible: true });
  });
});

describe("EXP-6: source ranges hold at the load balancer, and not on node ports", () => {
  const only = balanced("externalTrafficPolicy: Local, loadBalancerSourceRanges: [8.8.8.0/24]");

  test("a policy for clients outside the ranges admits nobody through a load balancer that keeps to them", () => {
    const other = admit("shop/web", "{ ipBlock: { cidr: 9.9.9.0/24 } }");
    expect(entriesTold([web, only, other])).toEqual([
      `load-balancer ${WEB} yes unknown unknown`,
      `node-port ${WEB} unknown yes unknown`,
    ]);
    const told = (documents: readonly string[]) =>
      exposureOf(documents)
        .exposures.flatMap(({ entries }) => entries)
        .filter(({ kind }) => kind === "load-balancer")
        .map(({ permitted, assumptions }) => [
          permitted.expected,
          assumptions.filter(({ code }) => code === "service-source-ranges").map(({ certainty }) => certainty),
        ]);
    expect(told([web, only, other])).toEqual([[false, ["specified", "implementation-defined"]]]);
    expect(told([web, only])).toEqual([[true, ["specified"]]]);
  });

  test("a policy that admits nobody shuts out clients of the ranges and all others", () => {
    const inner = admit("shop/web", "{ podSelector: {} }");
    expect(entriesTold([web, only, inner])[0]).toBe(`load-balancer ${WEB} yes no no`);
  });

  test("ranges that hold no public address keep the internet out", () => {
    const inner = balanced("loadBalancerSourceRanges: [10.0.0.0/8], allocateLoadBalancerNodePorts: false");
    const [exposure] = exposureOf([web, inner]).exposures;
    expect(exposure?.published).toEqual({ certain: false, expected: false, possible: true });
  });
});

describe("EXP-7, EXP-8: the address under which traffic arrives", () => {
  const clients = admit("shop/web", "{ ipBlock: { cidr: 93.184.216.0/24 } }");
  const local = balanced("externalTrafficPolicy: Local");

  test("Local keeps the client's, so a block of clients is let in", () => {
    expect(entriesTold([web, local, clients])).toEqual([`load-balancer ${WEB} yes yes yes`]);
  });

  test("Cluster may put a node's in its place, so the answer is open, and by default no", () => {
    const [entry] = exposureOf([web, balanced(), clients, node("n1", "192.168.0.4")]).exposures[0]?.entries ?? [];
    expect(entry?.permitted).toEqual({ certain: false, expected: false, possible: true });
    expect(entry?.sources.map(({ as, passes }) => [as, passes.expected])).toEqual([
      ["node", false],
      ["client", true],
    ]);
    expect(entry?.assumptions.map(({ code }) => code)).toContain("source-translated");
  });

  test("an option settles which of them counts", () => {
    const input = [web, balanced(), clients, node("n1", "192.168.0.4")];
    expect(entriesTold(input, { snatView: "client" })).toEqual([`load-balancer ${WEB} yes yes yes`]);
    expect(entriesTold(input, { snatView: "node" })).toEqual([`load-balancer ${WEB} yes no no`]);
  });

  test("the addresses that get in are told", () => {
    const [exposure] = exposureOf([web, local, clients]).exposures;
    expect(exposure?.direct.admits).toEqual(["93.184.216.0/24"]);
    expect(exposureOf([web, local]).exposures[0]?.direct.admits).toBe("all");
  });
});

describe("EXP-10: ports and network of the node", () => {
  const ported = (hostIP = "") =>
    pod("shop/web", "10.0.0.1", { port: `{ containerPort: 8080, hostPort: 80${hostIP} }` });

  test("a host port leads to the port of the pod, under policy", () => {
    expect(entriesTold([ported()])).toEqual([`host-port ${WEB} unknown yes unknown`]);
    expect(entriesTold([ported(), admit("shop/web")])).toEqual([`host-port ${WEB} unknown no no`]);
  });

  test("one bound to the node's own loopback leads nowhere", () => {
    expect(entriesTold([ported(", hostIP: 127.0.0.1")])).toEqual([]);
  });

  test("no policy of a pod holds on the host network", () => {
    const host = pod("shop/web", "10.0.0.1", { spec: "hostNetwork: true" });
    const [exposure] = exposureOf([host, admit("shop/web")]).exposures;
    expect(exposure?.entries[0]?.kind).toBe("host-network");
    expect(exposure?.exposed.expected).toBe(true);
  });
});

describe("EXP-27: published, permitted and exposed are three answers", () => {
  test("published and denied is blocked, permitted and unpublished is latent", () => {
    expect(answers([web, balanced(), admit("shop/web")], WEB)).toEqual(["yes", "no", "no"]);
    expect(answers([web], WEB)).toEqual(["no", "yes", "no"]);
    expect(exposureOf([web]).exposures[0]?.isLatent).toBe(true);
    expect(exposureOf([web, admit("shop/web")]).exposures[0]?.isLatent).toBe(false);
    expect(exposureOf([web, balanced()]).exposures[0]?.isLatent).toBe(false);
  });
});
