import type { AuditDraft } from "#core/audit.ts";
import { checkConfig } from "#core/check-config.ts";
import type { Config } from "#core/config.ts";
import { type ConfigChange, configChanges } from "#core/config-changes.ts";
import { type ConfigDocument, wantedConfig } from "#core/config-document.ts";
import type { FieldError } from "#core/field-error.ts";
import { formatUnitPrice, parseUnitPrice } from "#core/money.ts";
import type { NegotiatedRate } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import { configTooLarge } from "./config-size.ts";
import type { JudgedPrice, PriceSetting } from "./judge-price.ts";
import type { StoredConfig } from "./ports/config.ts";
import type { StoredRate } from "./ports/prices.ts";

/** All that `finops.yaml` speaks of, as it stands. */
export interface ConfigState extends StoredConfig {
  /** Oldest first. */
  readonly prices: readonly StoredRate[];
}

interface WantedRate extends NegotiatedRate {
  readonly restatement?: boolean;
}

export interface WantedState extends ConfigDocument {
  readonly prices?: readonly WantedRate[];
}

export interface NewRate {
  readonly rate: NegotiatedRate;
  readonly how: PriceSetting;
}

/** What is to be done so that a document holds. */
export interface Proposal {
  readonly config: Config;
  readonly changes: readonly ConfigChange[];
  readonly newRates: readonly NewRate[];
  /** Prices that stand and that the document, which speaks of prices, does not have. */
  readonly keptRates: readonly StoredRate[];
}

export type Proposed =
  | { readonly ok: true; readonly proposal: Proposal }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface ProposeDeps {
  readonly judge: (rate: NegotiatedRate, how: PriceSetting, now: Instant) => JudgedPrice;
  readonly utf8Bytes: (text: string) => number;
}

/** By whom, when and why a change is made. */
export type Occasion = Pick<AuditDraft, "at" | "by" | "reason">;

export function configAudit({ section, id, change, from, to }: ConfigChange, occasion: Occasion): AuditDraft {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return { ...occasion, action: `config.${change}`, subject: `${section}/${id}`, from: json(from), to: json(to) };
}

/** The same for rates that make the same price: their notes may differ, and "2.50" is "2.5". */
function rateText({
  provider,
  model,
  meter,
  tier,
  usd_per_million,
  discount_percent,
  from,
  to,
}: NegotiatedRate): string {
  const number = (text: string | undefined) => {
    const parsed = text === undefined ? undefined : parseUnitPrice(text);
    return parsed === undefined ? null : formatUnitPrice(parsed);
  };
  return JSON.stringify([provider, model, meter, tier, number(usd_per_million), number(discount_percent), from, to]);
}

interface ProposedRates {
  readonly newRates: readonly NewRate[];
  readonly keptRates: readonly StoredRate[];
  readonly errors: readonly FieldError[];
}

function proposeRates(
  standing: readonly StoredRate[],
  wanted: readonly WantedRate[] | undefined,
  judge: ProposeDeps["judge"],
  now: Instant,
): ProposedRates {
  if (wanted === undefined) return { newRates: [], keptRates: [], errors: [] };
  const known = new Set(standing.map(rateText));
  const named = new Map<string, number>();
  const newRates: NewRate[] = [];
  const errors: FieldError[] = [];
  for (const [i, { restatement = false, ...rate }] of wanted.entries()) {
    const refuse = (all: readonly FieldError[]) =>
      errors.push(...all.map((error) => ({ ...error, path: `prices[${i}].${error.path}` })));
    const anyDay = judge(rate, "restatement", now);
    if (!anyDay.ok) {
      refuse(anyDay.errors);
      continue;
    }
    const text = rateText(anyDay.rate);
    const twin = named.get(text);
    named.set(text, twin ?? i);
    // One that was set, replaced, and set again stands twice.
    if (known.has(text)) continue;
    if (twin !== undefined) {
      refuse([
        { path: "model", found: JSON.stringify(rate.model), wanted: `each price once: prices[${twin}] is the same` },
      ]);
      continue;
    }
    const how = restatement ? "restatement" : "ahead";
    const judged = judge(rate, how, now);
    if (judged.ok) newRates.push({ rate: judged.rate, how });
    else refuse(judged.errors);
  }
  return { newRates, keptRates: standing.filter((rate) => !named.has(rateText(rate))), errors };
}

/** Pure: writes nothing, and is the same for a plan and for what is then applied. */
export function proposeConfig(
  { judge, utf8Bytes }: ProposeDeps,
  state: ConfigState,
  { prices, ...document }: WantedState,
  occasion: Occasion,
): Proposed {
  const config = wantedConfig(state.config, document);
  const { errors, ...rates } = proposeRates(state.prices, prices, judge, occasion.at);
  const all = [...checkConfig(config), ...errors];
  if (all.length > 0) return { ok: false, errors: all };
  const changes = configChanges(state.config, config);
  const audit = changes.map((change) => configAudit(change, occasion));
  const tooLarge = configTooLarge(config, audit, utf8Bytes);
  if (tooLarge !== undefined) {
    const { what, bytes, bytesMax } = tooLarge;
    return {
      ok: false,
      errors: [{ path: "", found: `${bytes} bytes of ${what}`, wanted: `at most ${bytesMax} bytes` }],
    };
  }
  return { ok: true, proposal: { config, changes, ...rates } };
}
