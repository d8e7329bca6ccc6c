import { printable } from "@watertight/core";

/** What each step of an attack is, in a few words; docs/attack-paths.md says when each is there. */
const STEPS: Readonly<Record<string, string>> = {
  NET: "policies let its packets through",
  EXPOSE: "can be entered from outside",
  HOSTNET: "sends as its node",
  LOCAL: "nothing keeps a node from its own pods",
  "ESC-PRIV": "privileged: takes the node",
  "ESC-PID": "takes the node through its processes",
  "ESC-PIDREAD": "reads the node's processes",
  "ESC-MOD": "loads a kernel module",
  "ESC-SOCK": "has the container runtime's socket",
  "ESC-HP-W": "writes to the node's disk",
  "ESC-HP-R": "reads the kubelet's directory",
  "ESC-LOG": "reads through the log directory",
  "ESC-CORE": "sets the node's core pattern",
  "NODE-PODS": "has the pods of the node",
  "NODE-SA": "has the tokens on the node",
  "NODE-ID": "acts as the node",
  TOKEN: "has a token mounted",
  API: "asks the API server",
  "RB-SECRET": "may read Secrets",
  "RB-CONFIG": "may read ConfigMaps",
  "RB-CREATE": "may create pods",
  "RB-EXEC": "may run commands in pods",
  "RB-FWD": "may forward ports",
  "RB-PATCH": "may change workloads",
  "RB-NETPOL": "may change policies",
  "RB-NSLABEL": "may change namespace labels",
  "RB-SVC": "may redirect Services",
  "RB-TOKENREQ": "may make tokens",
  "RB-IMPERS": "may impersonate",
  "RB-BIND": "may bind roles",
  "RB-NODEPROXY": "may speak through nodes",
  "RB-CSR": "may approve certificates",
  "RB-HOOK": "may install webhooks",
  "RB-PV": "may make volumes",
  "RB-STAR": "may do everything",
  "PC-SPOOF": "creates a pod with chosen labels",
  "PC-SA": "creates a pod with another account",
  "PC-NODE": "creates a pod that takes the node",
  POLCTL: "takes policies away",
  MOUNT: "is given it",
  "K-SA": "a token is in it",
  "K-DB": "a login is in it",
  IMDS: "asks the metadata service",
  WID: "has a role in the cloud",
  EXFIL: "can send data out",
  SHARE: "shares a volume",
  KUBELET: "commands the kubelet",
};

export function wordsOfStep(edge: string): string {
  return STEPS[edge] ?? edge;
}

/** What an attacker may hold, by the name a person gives it: `shop/web` for a workload, all else as it is. */
export function factName(name: string): string {
  if (name === "exfiltration") return "out of the cluster";
  const [namespace, kind, own, ...more] = name.split("/");
  const isWorkload = own !== undefined && more.length === 0 && kind !== "" && !name.includes(":");
  return printable(isWorkload ? `${namespace}/${own}` : name);
}

/** The start or the target of a question in words. */
export function endWords(name: string): string {
  if (name === "entries") return "any way in";
  if (name === "jewels") return "a crown jewel";
  return factName(name);
}
