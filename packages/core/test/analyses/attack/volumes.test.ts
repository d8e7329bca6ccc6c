import { describe, expect, test } from "vitest";
import { documents, edgesOf, object, pod } from "./edges.ts";

describe("cloud and shared volumes", () => {
  test("WID: an annotated account has the cloud's role", () => {
    const account = (annotations: string) =>
      object("v1", "ServiceAccount", "default", "", `namespace: shop, annotations: { ${annotations} }`);
    expect(
      edgesOf(documents(pod("a"), account('eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/r"')), ["WID"]),
    ).toEqual(["WID a → cloud:arn:aws:iam::1:role/r (1 proved)"]);
    expect(edgesOf(documents(pod("a"), account("owner: me")), ["WID"])).toEqual([]);
  });

  test("SHARE: who writes to a volume changes what others read", () => {
    const user = (name: string, more = "") =>
      pod(name, {
        spec: `volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }]`,
        container: `volumeMounts: [{ name: v, mountPath: /v${more} }]`,
      });
    const claim = (mode: string) => object("v1", "PersistentVolumeClaim", "data", `spec: { accessModes: [${mode}] }`);
    expect(edgesOf(documents(user("a"), user("b", ", readOnly: true"), claim("ReadWriteMany")), ["SHARE"])).toEqual([
      "SHARE a → shared claim shop/data (2 proved)",
      "SHARE shared claim shop/data → data of a (0 proved)",
      "SHARE shared claim shop/data → data of b (0 proved)",
    ]);
    expect(edgesOf(documents(user("a"), user("b"), claim("ReadWriteOncePod")), ["SHARE"])).toEqual([]);
    expect(edgesOf(documents(user("a"), user("b"), claim("ReadOnlyMany")), ["SHARE"])).toEqual([]);
    expect(edgesOf(documents(user("a"), claim("ReadWriteMany")), ["SHARE"])).toEqual([]);
  });

  test("SHARE: a claim that is mounted read-only is not written to", () => {
    const user = (name: string, more: string) =>
      pod(name, {
        spec: `volumes: [{ name: v, persistentVolumeClaim: { claimName: data${more} } }]`,
        container: "volumeMounts: [{ name: v, mountPath: /v }]",
      });
    const claim = object("v1", "PersistentVolumeClaim", "data", "spec: { accessModes: [ReadWriteMany] }");
    const found = edgesOf(documents(user("a", ", readOnly: true"), user("b", ""), claim), ["SHARE"]);
    expect(found).toContain("SHARE b → shared claim shop/data (2 proved)");
    expect(found).not.toContain("SHARE a → shared claim shop/data (2 proved)");
  });

  test("SHARE: a directory is shared on one node, which is assumed where the input does not place both", () => {
    const user = (name: string, node = "") =>
      pod(name, {
        spec: `volumes: [{ name: v, hostPath: { path: /mnt/x } }]${node === "" ? "" : `, nodeName: ${node}`}`,
        container: "volumeMounts: [{ name: v, mountPath: /v }]",
      });
    const found = (...texts: readonly string[]) => edgesOf(documents(...texts), ["SHARE"]);
    expect(found(user("a", "n1"), user("b", "n1"))).toContain(
      "SHARE a → shared directory /mnt/x on node:n1 (2 proved)",
    );
    expect(found(user("a", "n1"), user("b", "n2"))).toEqual([]);
    expect(found(user("a", "n1"), user("b"))).toEqual(
      expect.arrayContaining([
        "SHARE a → shared directory /mnt/x on node:* (2 assumed)",
        "SHARE b → shared directory /mnt/x on node:n1 (2 assumed)",
        "SHARE shared directory /mnt/x on node:* → data of b (0 proved)",
        "SHARE shared directory /mnt/x on node:n1 → data of a (0 proved)",
      ]),
    );
  });

  const user = (name: string, { node = "", more = "" } = {}) =>
    pod(name, {
      spec: `volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }]${node === "" ? "" : `, nodeName: ${node}`}`,
      container: `volumeMounts: [{ name: v, mountPath: /v${more} }]`,
    });
  const claim = (mode: string) => object("v1", "PersistentVolumeClaim", "data", `spec: { accessModes: [${mode}] }`);
  const found = (...texts: readonly string[]) => edgesOf(documents(...texts), ["SHARE"]);

  test("SHARE: a claim of one node is shared by the pods there", () => {
    expect(found(user("a", { node: "n1" }), user("b", { node: "n1" }), claim("ReadWriteOnce"))).toContain(
      "SHARE a → shared claim shop/data on node:n1 (2 proved)",
    );
    expect(found(user("a", { node: "n1" }), user("b", { node: "n2" }), claim("ReadWriteOnce"))).toEqual([]);
    expect(found(user("a"), user("b"), claim("ReadWriteOnce"))).toContain(
      "SHARE a → shared claim shop/data on node:* (2 assumed)",
    );
    expect(found(user("a", { node: "n1" }), user("b", { node: "n1" }))).toContain(
      "SHARE a → shared claim shop/data on node:n1 (2 assumed)",
    );
  });

  test("SHARE: parts of a volume are shared where one holds the other", () => {
    const part = (name: string, subPath: string) => user(name, { more: `, subPath: "${subPath}"` });
    const many = claim("ReadWriteMany");
    expect(found(part("a", "x"), part("b", "y"), many)).toEqual([]);
    expect(found(part("a", "x"), part("b", "x/y"), many)).toEqual([
      "SHARE a → shared x/y of claim shop/data (2 proved)",
      "SHARE b → shared x of claim shop/data (2 proved)",
      "SHARE shared x of claim shop/data → data of a (0 proved)",
      "SHARE shared x/y of claim shop/data → data of b (0 proved)",
    ]);
    expect(found(part("a", "x"), user("b"), many)).toContain("SHARE a → shared claim shop/data (2 proved)");
    const own = (name: string) => user(name, { more: ', subPathExpr: "$(POD_NAME)"' });
    expect(found(own("a"), own("b"), many)).toEqual([]);
    expect(found(own("a"), user("b"), many)).toContain("SHARE a → shared claim shop/data (2 proved)");
  });

  test("SHARE: a directory is shared with whoever has one above it", () => {
    const directory = (name: string, path: string) =>
      pod(name, {
        spec: `volumes: [{ name: v, hostPath: { path: ${path} } }], nodeName: n1`,
        container: "volumeMounts: [{ name: v, mountPath: /v }]",
      });
    expect(found(directory("a", "/mnt/x"), directory("b", "/mnt/xy"))).toEqual([]);
    expect(found(directory("a", "/mnt/x/"), directory("b", "/mnt"))).toContain(
      "SHARE b → shared directory /mnt/x on node:n1 (2 proved)",
    );
  });
});
