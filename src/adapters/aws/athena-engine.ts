import type { QueryEngine } from "#app/ports/query-engine.ts";
import { renderStatement } from "#lake/statement.ts";
import { withoutComments } from "./athena-faults.ts";
import { executionParameters } from "./athena-parameters.ts";
import { type Athena, readAthenaRows, runAthenaQuery } from "./athena-query.ts";

export interface AthenaEngineOptions extends Athena {
  /** The text of `sql/<name>.sql`, or undefined where there is none. */
  readonly statements: (name: string) => string | undefined;
}

/** Athena running the files of `sql/`. */
export const athenaEngine = ({ statements, ...athena }: AthenaEngineOptions): QueryEngine => ({
  async run(name, { parameters = [], substitutions = {} } = {}) {
    const text = statements(name);
    if (text === undefined) throw new RangeError(`there is no sql/${name}.sql`);
    const [verb = ""] = withoutComments(text).toLowerCase().split(/\s/, 1);
    const isQuery = verb === "with" || verb === "select";
    if (parameters.length > 0 && !isQuery) {
      throw new RangeError(`sql/${name}.sql: Athena takes no parameters in ${verb}, found ${parameters.length}`);
    }
    const query = {
      name: `sql/${name}.sql`,
      sql: renderStatement(name, text, substitutions),
      parameters: executionParameters(name, parameters),
    };
    const id = await runAthenaQuery(athena, query);
    return isQuery ? readAthenaRows(athena, query, id) : [];
  },
});
