import { readPort } from "@watertight/core";
import { Unusable } from "../unusable.ts";

/** What `--port` says. Throws {@link Unusable} when it says nothing that makes sense. */
export function portOption(text: string): NonNullable<ReturnType<typeof readPort>> {
  const port = readPort(text);
  if (!port)
    throw new Unusable(`--port: \`${text}\` is no port; write TCP/5432, UDP/53, 8080 (TCP), or a protocol alone`);
  return port;
}
