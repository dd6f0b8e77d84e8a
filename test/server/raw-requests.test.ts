import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "#server/start.ts";

let dataDir: string;
let server: RunningServer;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "finops-raw-"));
  server = await startServer({ port: 0, dataDir, demo: false, adminKey: "raw-test-key" });
});

afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The status of the answer to bytes as no client library would send them. */
function statusOf(head: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString();
    });
    socket.on("end", () => resolve(Number(answer.split(" ")[1])));
    socket.on("error", reject);
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  });
}

test.each([
  ["a port that is none", "GET /v1/health HTTP/1.1\r\nHost: x:99999", 400],
  ["the page, with a port that is none", "GET / HTTP/1.1\r\nHost: x:99999", 400],
  ["an event, with a port that is none", "POST /v1/events HTTP/1.1\r\nHost: x:99999\r\nContent-Length: 0", 400],
  ["an address whose port is none", "GET http://x:99999/ HTTP/1.1\r\nHost: x", 200],
  ["a host of unknown characters", "GET /v1/health HTTP/1.1\r\nHost: <>", 200],
  ["every path", "OPTIONS * HTTP/1.1\r\nHost: x", 404],
])("%s is answered, and the server goes on", async (_, head, answer) => {
  expect(await statusOf(head)).toBe(answer);
  expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
});
