import type { Caller } from "#app/caller.ts";
import { type Outcome, refuse } from "./refusal.ts";

/**
 * The teams that a report is of, given those it was asked for: undefined where neither asks for any. A key that is confined
 * sees its own whatever it asks, and is refused where it asks for another.
 */
export function confineTeams(
  asked: readonly string[] | undefined,
  { teams }: Pick<Caller, "teams">,
): Outcome<readonly string[] | undefined> {
  if (teams === undefined) return { ok: true, value: asked };
  const foreign = asked?.find((team) => !teams.includes(team));
  if (foreign === undefined) return { ok: true, value: asked ?? teams };
  const wanted = `one of ${teams.join(", ")}`;
  return refuse("forbidden", `This key is confined to ${teams.join(", ")}: it sees nothing of other teams.`, [
    { path: "query.team", found: JSON.stringify(foreign), wanted },
  ]);
}
