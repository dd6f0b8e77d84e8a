import type { Route, Table } from "#contract/route.ts";
import { type Outcome, refuse } from "./refusal.ts";

export interface Match {
  readonly name: string;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly name: string;
  readonly route: Route;
  readonly expression: RegExp;
}

/** Finds the route of a method and path. The methods of a known path come with the refusal of another one. */
export function makeMatcher(table: Table) {
  const patterns: Pattern[] = Object.entries(table).map(([name, route]) => ({
    name,
    route,
    expression: new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  }));
  return (method: string, path: string): Outcome<Match> & { readonly allow?: string } => {
    const methods: string[] = [];
    for (const { name, route, expression } of patterns) {
      const found = expression.exec(path);
      if (found === null) continue;
      if (route.method === method) return { ok: true, value: { name, route, params: decoded(found.groups ?? {}) } };
      methods.push(route.method);
    }
    if (methods.length === 0) return refuse("not_found", "No such path: GET /v1/openapi.json lists them.");
    const allow = methods.join(", ");
    return { ...refuse("method_not_allowed", `This path takes ${allow}.`), allow };
  };
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodedPart(value)]));
}

/** A part that is not well encoded stays as it is: its schema refuses it. */
function decodedPart(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
