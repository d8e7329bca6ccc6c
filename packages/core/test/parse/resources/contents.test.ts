import fc from "fast-check";
import { expect, test } from "vitest";
import { subjectOf } from "../../../src/parse/resources/certificate.ts";
import { contentsOf, contentsOfEncoded } from "../../../src/parse/resources/contents.ts";
import { der } from "../../analyses/attack/der.ts";

test("base64 of either alphabet, on several lines and cut short, reads as far as it goes", () => {
  const address = "redis://:s3cret?>@cache:6379";
  const encoded = Buffer.from(address).toString("base64");
  const login = [{ kind: "login", host: "cache", port: 6379 }];
  expect(contentsOf("redis://:s3cret@cache:6379")).toEqual(login);
  for (const text of [encoded, encoded.replace(/=+$/, ""), encoded.replace(/(.{8})/g, "$1\n")])
    expect(contentsOfEncoded(text)).toEqual(contentsOf(address));
  expect(contentsOfEncoded("*** not base64 ***")).toEqual([]);
});

test("texts made to take long are read like any other", () => {
  for (const piece of [
    "x://a?password=&",
    "x://a?x&",
    "server=a;",
    "host=a ",
    "jdbc:sqlserver://a;b;",
    "password = ",
    "x://:",
    "-eyJ",
    "a.",
    "eyJaaaaaaaaa.eyJ",
    "-----BEGIN ",
    '"kind": "Config", clusters ',
  ])
    expect(contentsOf(piece.repeat(60_000))).toEqual([]);
});

test.each([
  ["jdbc:postgresql://db:5433/shop?user=app&password=hunter2", [{ host: "db", port: 5433 }]],
  ["jdbc:mysql://db/shop?useSSL=false&amp;user=app&amp;password=hunter2", [{ host: "db" }]],
  [
    "jdbc:sqlserver://db.shop:1433;databaseName=x;user=sa;password=hunter2;encrypt=true",
    [{ host: "db.shop", port: 1433 }],
  ],
  ["Server=tcp:db,1433;Initial Catalog=x;User ID=sa;Password=hunter2;", [{ host: "db", port: 1433 }]],
  ["host=db port=5432 user=app password=hunter2 dbname=x", [{ host: "db", port: 5432 }]],
  ["host=db user=app password=hunter2", [{ host: "db" }]],
  ["postgres://db/x?user=app", []],
  ["jdbc:postgresql://db/x?user=app&password=$(PASSWORD)", []],
  ["jdbc:postgresql://db/x?user=app&password={{ .Values.password }}", []],
  ["https://db/login?password=hunter2", []],
  ["password = hunter2", []],
])("%s is a login at its host", (text, expected) => {
  expect(contentsOf(text)).toEqual(expected.map((one) => ({ kind: "login", ...one })));
});

test("the subject of a certificate is its common name and its organisations", () => {
  const certificate =
    "MIIBazCCAR2gAwIBAgIUJqi8feeP+2Ruf6kTczBeJ9Ezr+QwBQYDK2VwMCsxDDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMQ0wCwYDVQQDDARqYW5lMB4XDTI2MTEyMTIzMTUwNloXDTI2MTIyMTIzMTUwNlowKzEMMAoGA1UECgwDZGV2MQwwCgYDVQQKDANvcHMxDTALBgNVBAMMBGphbmUwKjAFBgMrZXADIQBcj3w+WC0TumCA3BXQJ8rahg08IV34pmJ7PT1Eg5Yp/qNTMFEwHQYDVR0OBBYEFOsIURAp33f2MTIhlgNl8VJ7qdeaMB8GA1UdIwQYMBaAFOsIURAp33f2MTIhlgNl8VJ7qdeaMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAej0GLAkEJ15uBOSFd/S+WKB5DcfFV5U9AACbQ+/Yhx4yT1pHlwtUsBSIGCq4wBFM6xhxXTmhm+0uKkg3X5RECQ==";
  const bytes = Buffer.from(certificate, "base64").toString("latin1");
  expect(subjectOf(bytes)).toEqual({ name: "jane", groups: ["dev", "ops"] });
  expect(subjectOf(der("jane", ["dev"]).toString("latin1"))).toEqual({ name: "jane", groups: ["dev"] });
  for (let length = 0; length < bytes.length; length += 7) expect(subjectOf(bytes.slice(0, length))).toBeUndefined();
  expect(subjectOf(der("", ["dev"]).toString("latin1"))).toBeUndefined();
});

test("any bytes have a subject or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 100 }), (noise, at) => {
      const bytes = Buffer.concat([der("jane", ["dev"]).subarray(0, at), Buffer.from(noise)]);
      const { name = "x" } = subjectOf(bytes.toString("latin1")) ?? {};
      expect(name).not.toBe("");
    }),
    { numRuns: 100 },
  );
});
