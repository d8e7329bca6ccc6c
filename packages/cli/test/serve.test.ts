import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type IncomingMessage, type RequestOptions } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { apiServer, kubeconfig } from "./api-server.ts";
import { db, folder, type Result, type Surroundings, watertight, web } from "./runs.ts";

/** Serves an input while `visit` looks at it, then presses Ctrl+C. */
async function serving(
  args: readonly string[],
  visit: (url: string, err: () => string) => Promise<void>,
  surroundings: Surroundings = {},
): Promise<Result> {
  const untilInterrupted = async (err: () => string) => {
    const url = /http:\/\/\S+/.exec(err())?.[0];
    await visit(url ?? "no address", err);
  };
  return watertight(["view", "--serve", ...args], { ...surroundings, untilInterrupted });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, ...options }, async (response) => {
      let body = "";
      for await (const chunk of response.setEncoding("utf8")) body += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    }).on("error", reject);
  });
}

/** The versions that a server tells, one after the other. */
function versions(url: string): AsyncIterator<string> {
  async function* told() {
    const response = await new Promise<IncomingMessage>((resolve) => get(`${url}versions`, { agent: false }, resolve));
    for await (const chunk of response.setEncoding("utf8"))
      for (const [, version] of `${chunk}`.matchAll(/^data: (\w+)$/gm)) yield `${version}`;
  }
  return told();
}

function sourcesIn({ body }: Answer): readonly { path: string; text: string }[] {
  return JSON.parse(/data-watertight="sources">(.*?)<\/script>/s.exec(body)?.[1] ?? "null");
}

describe("view --serve", () => {
  test("serves the page with the input inside, says where, and ends with status 0", async () => {
    const path = folder({ "web.yaml": web });
    const { status, out, err } = await serving([path], async (url) => {
      const page = await ask(url);
      expect(page.status).toBe(200);
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(sourcesIn(page)).toEqual([{ path: `${path}/web.yaml`, text: web }]);
    });
    expect([status, out]).toEqual([0, ""]);
    expect(err).toMatch(/^serving http:\/\/127\.0\.0\.1:\d+\/ until Ctrl\+C$/m);
  });

  test("lets only its own scripts run, and nothing be reached but itself", async () => {
    await serving([folder({ "web.yaml": web })], async (url) => {
      const { headers, body } = await ask(url);
      const policy = `${headers["content-security-policy"]}`;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'sha256-[^']+' 'sha256-[^']+';/);
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe-eval");
      expect(body).toContain(policy.replace("; frame-ancestors 'none'", ""));
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    });
  });

  test("answers only to the names of this machine", async () => {
    await serving([folder({ "web.yaml": web })], async (url) => {
      const { port } = new URL(url);
      const as = (host: string, path = "") => ask(url + path, { headers: { host } });
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "localhost"])
        expect((await as(host)).status).toBe(200);
      for (const host of [`rebound.example:${port}`, `localhost.rebound.example`, `127.0.0.1.nip.io:${port}`]) {
        for (const path of ["", "versions"]) {
          const { status, body } = await as(host, path);
          expect(status).toBe(403);
          expect(body).not.toContain("watertight-viewer");
        }
      }
    });
  });

  test("listens on the loopback interface alone", async () => {
    await serving([folder({ "web.yaml": web })], async (url) => {
      const reached = await new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.2", port: Number(new URL(url).port) });
        socket.once("connect", () => resolve(socket.destroy()));
        socket.once("error", () => resolve("refused"));
      });
      expect(reached).toBe("refused");
    });
  });

  test("is for reading, and has one page", async () => {
    await serving([folder({ "web.yaml": web })], async (url) => {
      expect((await ask(url, { method: "POST" })).status).toBe(405);
      expect((await ask(`${url}web.yaml`)).status).toBe(404);
      expect((await ask(`${url}../../etc/passwd`)).status).toBe(404);
    });
  });

  test("tells of a file that changes, comes or goes, and serves the page anew", async () => {
    const path = folder({ "web.yaml": web });
    const { err } = await serving([path], async (url) => {
      const told = versions(url);
      const seen = [(await told.next()).value];
      mkdirSync(join(path, "new"));
      for (const change of [
        () => writeFileSync(join(path, "web.yaml"), `# changed\n${web}`),
        () => writeFileSync(join(path, "new/db.yaml"), db),
        () => rmSync(join(path, "new/db.yaml")),
      ]) {
        change();
        const { value } = await told.next();
        expect(seen.at(-1)).not.toBe(value);
        seen.push(value);
        expect((await ask(url)).body).toContain(value);
      }
      expect(seen[3]).toBe(seen[1]);
      expect(sourcesIn(await ask(url))).toEqual([{ path: `${path}/web.yaml`, text: `# changed\n${web}` }]);
    });
    expect(err.match(/the input has changed/g)).toHaveLength(3);
  });

  test("keeps the last page while the input cannot be used", async () => {
    const path = folder({ "web.yaml": web });
    await serving([path], async (url, err) => {
      writeFileSync(join(path, "web.yaml"), "kind: [");
      await expect.poll(err, { timeout: 10_000 }).toContain("the input has changed: no Kubernetes object");
      expect(sourcesIn(await ask(url))[0]?.text).toBe(web);
      writeFileSync(join(path, "web.yaml"), `${web}# again\n`);
      await expect.poll(async () => (await ask(url)).body, { timeout: 10_000 }).toContain("# again");
    });
  });

  test("ends although a browser listens", async () => {
    let told: AsyncIterator<string> | undefined;
    const { status } = await serving([folder({ "web.yaml": web })], async (url) => {
      told = versions(url);
      await told.next();
    });
    expect(status).toBe(0);
    await expect(told?.next()).rejects.toThrow();
  });

  test("serves standard input", async () => {
    const visit = async (url: string) => expect(sourcesIn(await ask(url))).toEqual([{ path: "<stdin>", text: web }]);
    expect((await serving(["-"], visit, { stdin: web })).status).toBe(0);
  });

  test("serves a live cluster", async () => {
    const server = await apiServer({ "/api/v1/namespaces": [{ metadata: { name: "shop" } }] });
    const { status } = await serving(["--kubeconfig", kubeconfig({ prod: server.url })], async (url) => {
      expect(sourcesIn(await ask(url)).map(({ path }) => path)).toEqual(["prod/namespaces"]);
    });
    expect(status).toBe(0);
  });

  test("takes the port it is given, unless something else listens there", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const taken = await serving([folder({ "web.yaml": web }), "--port", `${port}`], async () => {});
    expect([taken.status, taken.err]).toEqual([2, expect.stringContaining(`--port: ${port} cannot be used`)]);
    await new Promise((resolve) => other.close(resolve));
    const free = await serving([folder({ "web.yaml": web }), "--port", `${port}`], async (url) => {
      expect(url).toBe(`http://127.0.0.1:${port}/`);
    });
    expect(free.status).toBe(0);
  });
});
