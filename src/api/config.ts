import type { makeApplyConfig } from "#app/apply-config.ts";
import type { Caller } from "#app/caller.ts";
import { type makePlanConfig, type makeReadConfig, type PlannedChange, stateRevision } from "#app/plan-config.ts";
import type { WantedState } from "#app/propose-config.ts";
import type { TakenConfigDocument } from "#contract/config.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { FieldError } from "#core/field-error.ts";
import { rateOf } from "./negotiated-rate.ts";
import { shownRate } from "./prices.ts";
import { problemOf } from "./refusal.ts";

export interface ConfigDeps {
  readonly readConfig: ReturnType<typeof makeReadConfig>;
  readonly planConfig: ReturnType<typeof makePlanConfig>;
  readonly applyConfig: ReturnType<typeof makeApplyConfig>;
}

/** What the audit log says where nobody has said why. */
const reasonByDefault = "config applied";

function wantedOf({ prices, ...document }: TakenConfigDocument): WantedState {
  if (prices === undefined) return document;
  const rates = prices.map((rate) => ({ ...rateOf(rate), restatement: rate.restatement ?? false }));
  return { ...document, prices: rates };
}

function wireChange({ meaning, ...change }: PlannedChange) {
  return { ...change, meaning: [...meaning] };
}

function rejection(fields: readonly FieldError[]) {
  const message = "Some of it cannot be taken: each field is named with what is wanted. Nothing has changed.";
  return problemOf({ code: "bad_request", message, fields });
}

export const makeReadConfigHandler =
  ({ readConfig }: Pick<ConfigDeps, "readConfig">): Handlers<Routes, Caller>["readConfig"] =>
  async () => {
    const state = await readConfig();
    const { config, prices } = state;
    return {
      status: 200,
      body: { revision: stateRevision(state), config: { ...config }, prices: prices.map(shownRate) },
    };
  };

export const makePlanConfigHandler =
  ({ planConfig }: Pick<ConfigDeps, "planConfig">): Handlers<Routes, Caller>["planConfig"] =>
  async ({ body }) => {
    const result = await planConfig(wantedOf(body));
    if (result.status === "rejected") return { status: 400, body: rejection(result.errors) };
    const { revision, changes, kept } = result;
    const keptPrices = kept.map(({ rate, hint }) => ({ ...shownRate(rate), hint }));
    return { status: 200, body: { revision, changes: changes.map(wireChange), kept: keptPrices } };
  };

export const makeApplyConfigHandler =
  ({ applyConfig }: Pick<ConfigDeps, "applyConfig">): Handlers<Routes, Caller>["applyConfig"] =>
  async ({ body: { document, expected_revision, reason = reasonByDefault } }, caller) => {
    const request = { document: wantedOf(document), expectedRevision: expected_revision, reason };
    const result = await applyConfig(request, caller);
    switch (result.status) {
      case "applied":
        return { status: 200, body: { revision: result.revision, changes: result.changes.map(wireChange) } };
      case "rejected": {
        const at = (path: string) => (path === "" ? "document" : `document.${path}`);
        const errors = result.errors.map((error) => ({ ...error, path: at(error.path) }));
        return { status: 400, body: rejection(errors) };
      }
      case "moved": {
        const message = `Config or prices have changed since the plan, which was of ${expected_revision}: they are at ${result.revision}. Plan again.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      default:
        return result satisfies never;
    }
  };
