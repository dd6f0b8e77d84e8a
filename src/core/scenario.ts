import type { ModelName } from "./approved-models.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";
import type { Instant, Month } from "./time.ts";

/** More or fewer customers of a feature: by percent, or so many in all. */
export interface AdoptionChange {
  readonly change: "adoption";
  readonly feature: string;
  readonly from: Month;
  readonly percent?: number | undefined;
  readonly customers?: number | undefined;
}

/** More or fewer calls of each customer. */
export interface IntensityChange {
  readonly change: "intensity";
  readonly feature: string;
  readonly from: Month;
  readonly percent: number;
}

/** Another model for a share of the calls, of one feature or of all. */
export interface ModelChange {
  readonly change: "model";
  readonly feature?: string | undefined;
  readonly from: Month;
  readonly current: ModelName;
  readonly proposed: ModelName;
  readonly share_percent: number;
  /** Tokens of the proposed model ÷ of the current. */
  readonly token_ratio: string;
}

/** Of what models cost whose names match both patterns. */
export interface PriceChange {
  readonly change: "price";
  readonly provider: string;
  readonly model: string;
  readonly from: Month;
  readonly percent: number;
}

/** A feature where it was not before: its customers month by month, each of whom uses it as those of another do. */
export interface LaunchChange {
  readonly change: "launch";
  readonly feature: string;
  readonly region: string;
  readonly from: Month;
  /** The last one holds for the months after. */
  readonly customers: readonly number[];
  /** An existing feature; the same one when it is left out. */
  readonly like?: string | undefined;
}

export type ScenarioChange = AdoptionChange | IntensityChange | ModelChange | PriceChange | LaunchChange;

export interface Scenario {
  readonly id: string;
  /** Applied one after the other. */
  readonly changes: readonly ScenarioChange[];
  readonly setBy: string;
  readonly setAt: Instant;
}

export function encodeScenario(scenario: Scenario): string {
  return encodeDocument(scenario);
}

export function decodeScenario(text: string): Scenario {
  return decodeDocument(text) as unknown as Scenario;
}
