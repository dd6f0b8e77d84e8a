import { expect, test } from "vitest";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { entry } from "./entries.ts";
import { openWorld } from "./world.ts";

test("rows no younger than the run before, merged by a run that is killed then, are rolled up by the next", async () => {
  await using world = await openWorld();
  await world.run();
  await world.deliver([entry({ id: "late", cost: 7n })]); // dated at the very moment of the run before
  let dead = false;
  const dying = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        if (dead) throw new Error("the process is dead");
        return Reflect.get(target, name);
      },
    });
  const engine: QueryEngine = {
    async run(statement, options) {
      if (dead) throw new Error("the process is dead");
      const rows = await world.deps.engine.run(statement, options);
      dead = statement === "merge_usage_events";
      return rows;
    },
  };
  const killed = makeRunPipeline({ ...world.deps, engine, state: dying(world.deps.state) });
  await expect(killed()).rejects.toThrow("the process is dead");
  expect(await world.query("select cast(cost as varchar) from cost_daily")).toEqual([]);
  expect((await world.run()).status).toBe("succeeded");
  expect(await world.query("select cast(cost as varchar) from cost_daily")).toEqual([["0.000000000007"]]);
});
