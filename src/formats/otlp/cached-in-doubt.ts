import { resolveProvider } from "#core/resolve-provider.ts";
import type { ModelCall } from "./model-call.ts";
import { providerOfModel } from "./provider-of-model.ts";
import type { TokenTotals } from "./token-meters.ts";

/** Who counts cached tokens beside the input. What passes their counts on may have added them up, or not. */
const COUNT_BESIDE: ReadonlySet<string> = new Set(["anthropic", "aws.bedrock"]);

/**
 * Instrumentations that add them up in every version that tells cached tokens: Traceloop's and OpenTelemetry's own,
 * which share a name, since traceloop/openllmetry#2175; OpenInference's since Arize-ai/openinference#1429; Pydantic AI.
 */
const ADDS_UP = /^(?:(?:openinference|opentelemetry)\.instrumentation\.anthropic|pydantic-ai)$/;

/** Both readings fit the numbers. */
function fitsBoth({ input, output, cacheRead, cacheWrite, total, cachedBeside }: TokenTotals): boolean {
  const cached = cacheRead + cacheWrite;
  const told = input + output;
  return cachedBeside === undefined && cached > 0 && cached <= input && total !== told && total !== told + cached;
}

/** Whether nothing shows if the cached tokens are part of the input or beside it: by the provider it may be either. */
export function isCachedInDoubt(totals: TokenTotals, call: Pick<ModelCall, "provider" | "model">, scope: string) {
  const provider = resolveProvider(call.provider ?? providerOfModel(call.model ?? "") ?? "");
  return provider !== undefined && COUNT_BESIDE.has(provider) && !ADDS_UP.test(scope) && fitsBoth(totals);
}
