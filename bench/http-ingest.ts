// Durable ingest over HTTP: the real server in a process of its own on a temporary folder, every event answered
// `accepted` after SQLite has waited for the disk. Beside it the floor: bare SQLite commits on the same disk.
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ownServer, startServer } from "../scripts/embedded-server.ts";
import { figure } from "./figure.ts";
import { bodyOf } from "./sent-events.ts";

const smoke = process.argv.includes("--smoke");
const runMs = smoke ? 300 : 8_000;
const adminKey = "bench-admin-key-0123456789abcdef";
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Commits of one small row a second, one after the other, each on the disk before the next. */
function bareCommits(folder: string): number {
  const database = new DatabaseSync(join(folder, "floor.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; create table rows (text text)");
  const insert = database.prepare("insert into rows values (?)");
  const text = "x".repeat(600);
  const startedAt = performance.now();
  let commits = 0;
  while (performance.now() - startedAt < runMs / 4) {
    insert.run(text);
    commits++;
  }
  database.close();
  return (commits * 1000) / (performance.now() - startedAt);
}

function post(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const sent = request(url, { method: "POST", agent, headers }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("end", () => {
        if (reply.statusCode === 200) resolve((JSON.parse(text) as { accepted: number }).accepted);
        else reject(new Error(`${reply.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Senders that each wait for their answer before they send again. */
async function ingest(url: string, senders: number, eventsPerRequest: number): Promise<number> {
  const startedAt = performance.now();
  let accepted = 0;
  const sender = async (name: number) => {
    for (let i = 0; performance.now() - startedAt < runMs; i++) {
      const body = bodyOf(`${senders}-${eventsPerRequest}-${name}-${i}`, eventsPerRequest, Date.now());
      const answered = await post(url, body);
      accepted += answered;
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, name) => sender(name)));
  return (accepted * 1000) / (performance.now() - startedAt);
}

const folder = mkdtempSync(join(tmpdir(), "bench-http-"));
try {
  figure("floor: SQLite commits of one row, WAL, FULL", bareCommits(folder), "commits/s");
  const server = await startServer(ownServer(join(folder, "data"), adminKey));
  try {
    const url = `${server.baseUrl}/v1/events`;
    await ingest(url, 2, 10);
    figure("ingest, 1 sender, 1 event a request", await ingest(url, 1, 1), "events/s");
    figure("ingest, 32 senders, 1 event a request", await ingest(url, 32, 1), "events/s");
    figure("ingest, 1 sender, 100 events a request", await ingest(url, 1, 100), "events/s");
    figure("ingest, 4 senders, 100 events a request", await ingest(url, 4, 100), "events/s");
  } finally {
    await server.stop();
  }
} finally {
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
