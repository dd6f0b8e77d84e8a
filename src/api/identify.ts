import type { Identified } from "#app/authenticate.ts";
import type { Caller } from "#app/caller.ts";
import type { Route } from "#contract/route.ts";
import { mayActAs } from "#core/role.ts";
import { formatInstant } from "#core/time.ts";
import type { Incoming } from "./incoming.ts";
import { type Outcome, refuse } from "./refusal.ts";

const tokenPattern = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Who asks, undefined where nobody is asked; or why they may not. */
export async function identify(
  request: Incoming,
  route: Route,
  authenticate: (token: string) => Promise<Identified>,
): Promise<Outcome<Caller | undefined>> {
  const { role, confined } = route;
  if (role === "public") return { ok: true, value: undefined };
  const token = tokenPattern.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) return refuse("unauthenticated", "Send a key: `Authorization: Bearer <key>`.");
  const identified = await authenticate(token);
  switch (identified.status) {
    case "known":
      return admitted(identified.caller, { role, confined });
    case "unknown":
      return refuse("unauthenticated", "This key is unknown or revoked.");
    case "expired": {
      const since = formatInstant(identified.at);
      return refuse("unauthenticated", `This key has expired at ${since}: use the one that replaced it.`);
    }
    case "limited": {
      const limit = identified.requestsPerSecond;
      return refuse(
        "too_many_requests",
        `This key may send ${limit} requests a second: send it again, a little later.`,
      );
    }
    default:
      return identified satisfies never;
  }
}

interface Door {
  readonly role: Exclude<Route["role"], "public">;
  readonly confined: Route["confined"];
}

function admitted(caller: Caller, { role, confined }: Door): Outcome<Caller> {
  if (role !== "any" && !mayActAs(caller.role, role)) {
    return refuse(
      "forbidden",
      `A key of role ${caller.role} may not do this: it takes ${role === "admin" ? role : `${role} or admin`}.`,
    );
  }
  if (caller.teams !== undefined && confined === "refuses") {
    const teams = caller.teams.join(", ");
    return refuse(
      "forbidden",
      `This key is confined to ${teams}, and this concerns every team: it takes a key without teams.`,
    );
  }
  return { ok: true, value: caller };
}
