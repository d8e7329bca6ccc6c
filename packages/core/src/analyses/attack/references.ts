import type { EdgeName } from "./fact.ts";

/**
 * Where a step is written about: MITRE ATT&CK techniques, the threat matrix for Kubernetes (MS-TA), and the attack KubeHound knows by
 * another name (KH).
 */
export const REFERENCES: { readonly [E in EdgeName]?: readonly string[] } = {
  NET: ["T1210", "T1046", "MS-TA9034", "KH ENDPOINT_EXPLOIT"],
  EXPOSE: ["T1190", "T1133", "MS-TA9004", "MS-TA9005"],
  "ESC-PRIV": ["T1611", "MS-TA9018", "KH CE_PRIV_MOUNT"],
  "ESC-PID": ["T1611", "KH CE_SYS_PTRACE"],
  "ESC-MOD": ["T1611", "KH CE_MODULE_LOAD"],
  "ESC-HP-W": ["T1611", "MS-TA9013", "KH EXPLOIT_HOST_WRITE"],
  "ESC-HP-R": ["T1611", "KH EXPLOIT_HOST_TRAVERSE"],
  "ESC-LOG": ["T1611", "KH CE_VAR_LOG_SYMLINK"],
  "ESC-CORE": ["T1611", "KH CE_UMH_CORE_PATTERN"],
  "NODE-SA": ["T1528", "KH TOKEN_STEAL"],
  "NODE-ID": ["KH IDENTITY_ASSUME"],
  TOKEN: ["MS-TA9016", "MS-M9025"],
  API: ["T1613", "MS-TA9029"],
  "RB-SECRET": ["T1552.007", "MS-TA9025"],
  "RB-CONFIG": ["T1552.007"],
  "RB-CREATE": ["T1610", "MS-TA9008", "KH POD_CREATE"],
  "RB-EXEC": ["T1609", "MS-TA9006", "KH POD_EXEC"],
  "RB-PATCH": ["KH POD_PATCH"],
  "RB-SVC": ["T1557"],
  "RB-BIND": ["T1098.006", "MS-TA9019"],
  "PC-NODE": ["T1611"],
  MOUNT: ["MS-TA9027"],
  "K-SA": ["T1552"],
  "K-DB": ["T1078"],
  IMDS: ["T1552.005", "MS-TA9028", "MS-TA9033"],
  WID: ["MS-TA9020"],
  EXFIL: ["T1041", "T1048"],
  SHARE: ["T1080"],
  KUBELET: ["MS-TA9030"],
};
