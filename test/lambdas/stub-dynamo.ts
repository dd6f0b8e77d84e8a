import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What one action of DynamoDB answers to its input. */
export type Actions = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

/** An endpoint that speaks DynamoDB's wire format and knows these actions alone. */
export async function stubDynamo(actions: Actions) {
  const server = createServer(async (request, response) => {
    const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const answer = actions[action];
    response.setHeader("content-type", "application/x-amz-json-1.0");
    if (answer === undefined) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: "UnknownOperationException", message: action }));
      return;
    }
    response.end(JSON.stringify(answer(JSON.parse(await read(request)))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
