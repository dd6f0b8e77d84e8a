import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { StubTables, type Units } from "./stub-tables.ts";

export interface Call extends Units {
  /** DynamoDB's name of it, or the method of a request to S3. */
  readonly operation: string;
  readonly bytes: number;
}

export interface StubAws extends AsyncDisposable {
  readonly url: string;
  readonly tables: StubTables;
  /** What has been called since the last time. */
  take(): readonly Call[];
  /** The last object that S3 was given. */
  lastObject(): Uint8Array;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** DynamoDB and S3 on one address: what has no name of an operation is for S3, which takes everything. */
export async function stubAws(): Promise<StubAws> {
  const tables = new StubTables();
  let calls: Call[] = [];
  let object: Uint8Array = new Uint8Array();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const target = request.headers["x-amz-target"];
    if (target === undefined) {
      object = body;
      calls.push({ operation: request.method ?? "", bytes: body.length, write: 0, read: 0 });
      response.end();
      return;
    }
    const operation = String(target).split(".").at(-1) ?? "";
    const [reply, units] = tables.answer(operation, JSON.parse(body.toString()));
    calls.push({ operation, bytes: body.length, ...units });
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tables,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    lastObject: () => object,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
