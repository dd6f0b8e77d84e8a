import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("exiting.ts", import.meta.url));

async function startServer() {
  const ids: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { events } = JSON.parse(body) as { events: { id: string }[] };
    ids.push(...events.map(({ id }) => id));
    response.end(JSON.stringify({ results: events.map(({ id }) => ({ id, status: "accepted" })) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ids,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

function run(url: string, how: string, onBegun: (kill: (signal: "SIGTERM") => void) => void = () => {}): Promise<End> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, url, how], {
    timeout: 20_000,
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
    if (output.includes("begun")) onBegun((signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, output, errors })));
}

test("a process that has nothing left to do sends what waits, and ends", async () => {
  await using server = await startServer();
  expect(await run(server.url, "end")).toMatchObject({ code: 0, signal: null, errors: "" });
  expect(server.ids).toEqual(["e0", "e1", "e2"]);
});

test("a meter without events holds no process", async () => {
  expect(await run("http://127.0.0.1:9", "idle")).toMatchObject({ code: 0, signal: null, errors: "" });
});

test("without a server the process ends too, and says that events are lost", async () => {
  const { code, errors } = await run("http://127.0.0.1:9", "end");
  expect(code).toBe(0);
  expect(errors).toContain("AiFinOpsWarning: events lost: the meter is closed");
});

test("a flush that is awaited holds the process until its time is over", async () => {
  const { code, output } = await run("http://127.0.0.1:9", "flush");
  expect(output).toBe("flushed false\nbegun\n");
  expect(code).toBe(0);
});

test("SIGTERM ends the process as ever: the meter takes no signals", async () => {
  await using server = await startServer();
  expect(await run(server.url, "wait", (kill) => kill("SIGTERM"))).toMatchObject({ signal: "SIGTERM" });
});
