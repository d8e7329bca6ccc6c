import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LivePage } from "./page.ts";
import { Unusable } from "./unusable.ts";

/** A page being served to this machine's browsers. */
export interface Server {
  readonly url: string;
  /** Serves another page from now on; browsers that show the old one load it. */
  readonly show: (page: LivePage) => void;
  readonly end: () => Promise<void>;
}

/** The one interface that is listened on: nobody else on the network gets in. */
const ADDRESS = "127.0.0.1";

/** A name that some web site made point here brings its own name as Host: it gets nothing. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/i;

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Serves a page at `/`, and the version of it that is current at `versions`: as server-sent events, at once and on every change. */
export async function serve(first: LivePage, { port, versions }: { port: number; versions: string }): Promise<Server> {
  let page = first;
  const listeners = new Set<ServerResponse>();
  const tell = (response: ServerResponse) => response.write(`data: ${page.version}\n\n`);

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const refuse = (status: number, why: string) =>
      response.writeHead(status, { ...HEADERS, "content-type": "text/plain" }).end(`${why}\n`);

    if (!OWN_HOST.test(request.headers.host ?? "")) return refuse(403, "this server answers to localhost only");
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "this server is for reading");
    switch (request.url?.split("?")[0]) {
      case "/":
        return response
          .writeHead(200, {
            ...HEADERS,
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": `${page.policy}; frame-ancestors 'none'`,
          })
          .end(page.html);
      case versions:
        response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
        if (request.method === "HEAD") return response.end();
        listeners.add(response);
        response.on("close", () => listeners.delete(response));
        return tell(response);
      default:
        return refuse(404, "there is nothing here");
    }
  };

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new Unusable(`--port: ${port} cannot be used: ${whyOf(error)}`)),
    );
    server.listen(port, ADDRESS, resolve);
  });

  return {
    url: `http://${ADDRESS}:${(server.address() as AddressInfo).port}/`,
    show: (next) => {
      page = next;
      for (const response of listeners) tell(response);
    },
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function whyOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "something else listens there";
  if (code === "EACCES") return "no permission";
  return message;
}
