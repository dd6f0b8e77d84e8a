import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeChance } from "../simulation/chance.ts";

const folder = fileURLToPath(new URL("../../../shared/data/azure-llm-trace-2023/", import.meta.url));
const services = ["code", "conv"] as const;

/** One call of the Azure LLM inference trace of 2023, or one made up in its likeness. */
export interface TraceCall {
  readonly service: (typeof services)[number];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

function recorded(service: TraceCall["service"], count: number): TraceCall[] {
  const [, ...rows] = readFileSync(`${folder}AzureLLMInferenceTrace_${service}.csv`, "utf8").trim().split(/\r?\n/);
  return rows.slice(0, count).map((row) => {
    const [, inputTokens, outputTokens] = row.split(",");
    return { service, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) };
  });
}

/** Long inputs and short outputs for code, the other way round for conversations, as in the trace. */
function madeUp(count: number): TraceCall[] {
  const chance = makeChance(2_023);
  return Array.from({ length: count }, (_, i) => {
    const service = services[i % 2] as TraceCall["service"];
    const inputTokens = 3 + chance.below(service === "code" ? 7_400 : 4_000);
    return { service, inputTokens, outputTokens: 1 + chance.below(service === "code" ? 250 : 700) };
  });
}

/** So many calls, half of each service, and where they come from. */
export function traceCalls(count: number): { readonly calls: readonly TraceCall[]; readonly origin: string } {
  if (!existsSync(folder)) {
    return { calls: madeUp(count), origin: `made up in the likeness of the Azure trace, which is not in ${folder}` };
  }
  const [code, conv] = services.map((service) => recorded(service, Math.ceil(count / 2)));
  const calls = (code ?? []).flatMap((call, i) => [call, ...(conv ?? []).slice(i, i + 1)]).slice(0, count);
  return { calls, origin: "of the Azure LLM inference trace" };
}
