import type { QueryEngine } from "#app/ports/query-engine.ts";
import { athenaEngine } from "#aws/athena-engine.ts";
import { bundledStatement } from "./assets.ts";
import { athena } from "./athena.ts";

export const engine = (): QueryEngine => athenaEngine({ ...athena(), statements: bundledStatement });
