import { expect, test } from "vitest";
import { PRESETS, readOptions, UPSTREAM } from "../../src/model/options.ts";

test("every option can be set to its default by name", () => {
  for (const [name, value] of Object.entries(UPSTREAM)) {
    if (Array.isArray(value)) continue;
    expect(readOptions([`${name}=${value}`])).toEqual({ options: UPSTREAM });
  }
});

test.each([
  ["npHairpin", "evaluate"],
  ["icmp", "allow"],
  ["icmp", "deny"],
  ["cnpChannel", "standard"],
  ["serviceView", "cluster-ip"],
  ["snatView", "node"],
  ["snatView", "client"],
])("%s takes %s", (name, value) => {
  expect(readOptions([`${name}=${value}`])).toEqual({ options: { ...UPSTREAM, [name]: value } });
});

test("what is not enforced is a list", () => {
  expect(readOptions(["notEnforced=SCTP,IPv6"])).toEqual({ options: { ...UPSTREAM, notEnforced: ["SCTP", "IPv6"] } });
});

test.each([
  "npHairpin=deny",
  "icmp=",
  "tieBreak=age",
  "cnpChannel=beta",
  "serviceView=dnat",
  "snatView=Local",
  "notEnforced=SCTP,TCP",
])("%s is refused, with what the option takes", (assumption) => {
  const name = assumption.slice(0, assumption.indexOf("="));
  expect(readOptions([assumption])).toEqual({ problem: expect.stringMatching(`^\`${name}\` takes .+, not `) });
});

test("a preset is its options, and an assumption beside it wins", () => {
  expect(Object.keys(PRESETS)).toEqual(["upstream", "cilium-like", "ovn-like"]);
  const name = "emptyNamespaceSelectorAdmitsHostNetwork";
  const ovn = { ...UPSTREAM, notEnforced: ["named-ports"] };
  expect(readOptions([], "ovn-like")).toEqual({ options: { ...ovn, [name]: true } });
  expect(readOptions([`${name}=false`], "ovn-like")).toEqual({ options: ovn });
});
