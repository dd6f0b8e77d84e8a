import type { Instant } from "#core/time.ts";
import { serveHttp } from "#server/http-server.ts";
import { adminKey, openDoor } from "../api/door.ts";

/** The API in memory, behind HTTP, at today's date. */
export async function openServedDoor() {
  const door = await openDoor(Date.now() as Instant);
  const server = await serveHttp(0, async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const headers = Object.fromEntries(request.headers);
    return door.send(request.method, new URL(request.url).pathname, { body, headers, key: null });
  });
  return {
    ...door,
    url: server.url,
    key: adminKey,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await door[Symbol.asyncDispose]();
    },
  };
}
