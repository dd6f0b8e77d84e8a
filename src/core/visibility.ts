import type { Scope } from "./config.ts";

/** The teams that all of a scope is of; null: it is, or may be, of others too. Whose it is to mend is another question. */
export function visibleTo({ team }: Scope): readonly string[] | null {
  return team ?? null;
}

/** Who is confined to teams sees what is of these alone; nobody else is confined (undefined). */
export function maySee(visible: readonly string[] | null, teams: readonly string[] | undefined): boolean {
  return teams === undefined || visible?.every((name) => teams.includes(name)) === true;
}
