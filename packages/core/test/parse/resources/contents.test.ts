import { expect, test } from "vitest";
import { contentsOf, contentsOfEncoded } from "../../../src/parse/resources/contents.ts";

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
  for (const piece of ["x://:", "-eyJ", "a.", "eyJaaaaaaaaa.eyJ", "-----BEGIN ", '"kind": "Config", clusters '])
    expect(contentsOf(piece.repeat(60_000))).toEqual([]);
});
