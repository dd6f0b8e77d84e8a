import { createHash } from "node:crypto";
import { type BundleProcess, openBundle } from "./bundle-process.ts";
import { type CellMix, evenly } from "./cell-mix.ts";
import type { Item } from "./item-bytes.ts";
import { makeRandom, sentCall } from "./sent-calls.ts";
import type { Call, StubAws } from "./stub-aws.ts";

const token = "fin_bench-key-0123456789abcdef";

export interface IngestMeasured {
  readonly batch: number;
  /** Of an invocation. */
  readonly cpuMs: number;
  readonly bodyBytes: number;
  /** Of the last invocations measured, and how many they were. */
  readonly calls: readonly Call[];
  readonly invocations: number;
}

const storedKey: Item = {
  p: { S: `key#${createHash("sha256").update(token).digest("base64url")}` },
  s: { S: "key" },
  v: { N: "1" },
  key_id: { S: "key_1" },
  key_name: { S: "sender" },
  key_hash: { S: createHash("sha256").update(token).digest("base64url") },
  key_role: { S: "ingest" },
  attribution: { S: '{"fixed":{"environment":"production"},"defaults":{}}' },
  created_at: { N: "1795435200000" },
};

function gatewayEvent(body: string): object {
  return {
    rawPath: "/v1/events",
    rawQueryString: "",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body,
    isBase64Encoded: false,
    requestContext: { requestId: "JKJaXmPLvHcESHA=", domainName: "bench", http: { method: "POST" } },
  };
}

function assertTaken(results: readonly unknown[], status: string): void {
  for (const result of results as { readonly statusCode: number; readonly body: string }[]) {
    const sent = result.statusCode === 200 ? JSON.parse(result.body).results : [];
    if (sent.length === 0 || sent.some((one: { status: string }) => one.status !== status)) {
      throw new Error(`want ${status}, found ${result.statusCode}: ${result.body.slice(0, 300)}`);
    }
  }
}

const someCells = evenly(200);

/** The real bundle of ingest, sent batches of calls. */
export class IngestBench implements Disposable {
  private readonly random = makeRandom(2_023);
  private readonly process: BundleProcess;
  private readonly aws: StubAws;
  private sent = 0;

  constructor(folder: string, aws: StubAws) {
    this.aws = aws;
    aws.tables.items.set(JSON.stringify([undefined, storedKey.p?.S, "key"]), storedKey);
    this.process = openBundle("serve-ingest", folder, aws.url);
  }

  [Symbol.dispose](): void {
    this.process[Symbol.dispose]();
  }

  private events(batch: number, invocations: number, cells: CellMix): object[] {
    const now = Date.now();
    return Array.from({ length: invocations }, () => {
      const calls = Array.from({ length: batch }, () =>
        sentCall(this.sent++, cells.draw(this.random), now, this.random),
      );
      return gatewayEvent(JSON.stringify({ events: calls }));
    });
  }

  /** The best of some rounds: on a shared machine the slower ones measure the neighbours. */
  async measure(batch: number, invocations: number, rounds: number): Promise<IngestMeasured> {
    let cpuMs = Number.POSITIVE_INFINITY;
    let events: object[] = [];
    for (let round = 0; round < rounds; round++) {
      events = this.events(batch, invocations, someCells);
      this.aws.take();
      const handled = await this.process.handle(events);
      assertTaken(handled.results, "accepted");
      cpuMs = Math.min(cpuMs, handled.cpuMs / invocations);
    }
    const bodyBytes = (events[0] as { body: string }).body.length;
    return { batch, cpuMs, bodyBytes, calls: this.aws.take(), invocations };
  }

  /** The same batch twice: what its second time, all duplicates, calls for. */
  async duplicates(batch: number): Promise<readonly Call[]> {
    const [event] = this.events(batch, 1, someCells);
    await this.process.handle([event]);
    this.aws.take();
    const again = await this.process.handle([event]);
    assertTaken(again.results, "duplicate");
    return this.aws.take();
  }

  /** Ledger items of so many events, as they were written. */
  async ledgerItems(count: number, cells: CellMix): Promise<readonly Item[]> {
    const { items } = this.aws.tables;
    const before = items.size;
    await this.process.handle(this.events(100, Math.ceil(count / 100), cells));
    return [...items.values()].slice(before, before + count);
  }
}
