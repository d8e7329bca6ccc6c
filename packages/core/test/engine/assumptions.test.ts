import { expect, test } from "vitest";
import { NON_PORT_PROTOCOL } from "../../src/engine/doubts.ts";
import {
  END_PORT,
  NAMED_PORT_CONTAINER,
  NAMED_PORT_IP_BLOCK,
  SERVICE_ADDRESS,
  SERVICE_ADDRESS_UNKNOWN,
  SOURCE_ADDRESS_UNKNOWN,
} from "../../src/engine/extent.ts";
import { NODE_UNKNOWN } from "../../src/engine/judge.ts";
import { PRIORITY_TIE } from "../../src/engine/ties.ts";
import { HOST_NETWORK } from "../../src/model/flow.ts";
import { UPSTREAM } from "../../src/model/options.ts";

test.each([
  [END_PORT, "end-port", "implementation-defined", "endPortSupported"],
  [HOST_NETWORK, "host-network", "implementation-defined", "hostNetworkPods"],
  [NAMED_PORT_CONTAINER, "named-port-container", "implementation-defined", "namedPortContainers"],
  [NAMED_PORT_IP_BLOCK, "named-port-ip-block", "implementation-defined", undefined],
  [NODE_UNKNOWN, "node-unknown", "unknown", undefined],
  [NON_PORT_PROTOCOL, "non-port-protocol", "implementation-defined", "icmp"],
  [PRIORITY_TIE, "priority-tie", "implementation-defined", undefined],
  [SERVICE_ADDRESS, "service-address", "implementation-defined", "serviceView"],
  [SERVICE_ADDRESS_UNKNOWN, "service-address-unknown", "unknown", undefined],
  [SOURCE_ADDRESS_UNKNOWN, "source-address-unknown", "unknown", undefined],
] as const)(
  "%o is said in words, and with the option that settles it if there is one",
  (assumption, code, certainty, option) => {
    expect(assumption).toMatchObject({ code, certainty });
    expect(assumption.message).toMatch(/\w/);
    expect(assumption.option).toBe(option);
    if (option !== undefined) expect(UPSTREAM).toHaveProperty(option);
  },
);
