import type { Caller } from "#app/caller.ts";
import { openApiOf } from "#contract/openapi.ts";
import type { Handlers } from "#contract/route.ts";
import { type Routes, routes } from "#contract/routes.ts";

/** Made when first asked for. */
export function makeOpenApi(): Handlers<Routes, Caller>["openapi"] {
  let document: Record<string, unknown> | undefined;
  return async () => {
    document ??= openApiOf(routes);
    return { status: 200, body: document };
  };
}
