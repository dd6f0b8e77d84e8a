#!/usr/bin/env node
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import { run } from "./program.ts";

// A reader that has seen enough (`finops report cost | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

async function ask(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined;
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  return await lines.question(question);
}

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  ask,
  env: process.env,
  fetch: (url, request) => fetch(url, request),
  sleep: (ms) => setTimeout(ms),
  newId: randomUUID,
  now: Date.now,
});
