import type { AlertStore } from "#app/ports/alerts.ts";
import type { AnomalyStore } from "#app/ports/anomalies.ts";
import type { ApprovalStore } from "#app/ports/approvals.ts";
import type { AuditLog } from "#app/ports/audit.ts";
import type { AuditedDocuments } from "#app/ports/audited-documents.ts";
import type { BookedHours } from "#app/ports/booked-hours.ts";
import type { ClosedDays } from "#app/ports/closed-days.ts";
import type { ConfigStore } from "#app/ports/config.ts";
import type { Erasures } from "#app/ports/erasures.ts";
import type { FindingStore } from "#app/ports/findings.ts";
import type { ForecastStore } from "#app/ports/forecasts.ts";
import type { ImportStore } from "#app/ports/imports.ts";
import type { KeyStore } from "#app/ports/keys.ts";
import type { LakeBudgetSpend } from "#app/ports/lake-budget-spend.ts";
import type { Ledger } from "#app/ports/ledger.ts";
import type { LedgerErasure } from "#app/ports/ledger-erasure.ts";
import type { PipelineState } from "#app/ports/pipeline-state.ts";
import type { PriceStore } from "#app/ports/prices.ts";
import type { SourceRhythms } from "#app/ports/source-rhythms.ts";
import type { SpendStore } from "#app/ports/spend.ts";
import { dynamoAlerts } from "#aws/dynamo-alerts.ts";
import { dynamoAnomalies } from "#aws/dynamo-anomalies.ts";
import { dynamoApprovals } from "#aws/dynamo-approvals.ts";
import { dynamoAudit } from "#aws/dynamo-audit.ts";
import { dynamoBookedHours } from "#aws/dynamo-booked-hours.ts";
import { dynamoClosedDays } from "#aws/dynamo-closed-days.ts";
import { dynamoConfig } from "#aws/dynamo-config.ts";
import { dynamoDocuments } from "#aws/dynamo-documents.ts";
import { dynamoErasures } from "#aws/dynamo-erasures.ts";
import { dynamoFindings } from "#aws/dynamo-findings.ts";
import { dynamoForecasts } from "#aws/dynamo-forecasts.ts";
import { dynamoImports } from "#aws/dynamo-imports.ts";
import { dynamoKeys } from "#aws/dynamo-keys.ts";
import { dynamoLakeBudgetSpend } from "#aws/dynamo-lake-budget-spend.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import { dynamoLedgerErasure } from "#aws/dynamo-ledger-erasure.ts";
import { dynamoPipelineState } from "#aws/dynamo-pipeline-state.ts";
import { dynamoPrices } from "#aws/dynamo-prices.ts";
import { dynamoSourceRhythms } from "#aws/dynamo-source-rhythms.ts";
import { dynamoSpend } from "#aws/dynamo-spend.ts";
import { type AdoptionPlan, decodeAdoptionPlan, encodeAdoptionPlan } from "#core/adoption-plan.ts";
import { decodeScenario, encodeScenario, type Scenario } from "#core/scenario.ts";
import { clock } from "./clock.ts";
import { dynamoClient } from "./dynamo-client.ts";
import { env } from "./env.ts";
import { newWriteId } from "./random.ts";

// A function for each: a bundle holds the adapters that its function asks for, with their clients, and no others.

export const ledger = (): Ledger => dynamoLedger({ client: dynamoClient(), table: env("LEDGER_TABLE"), newWriteId });

export const ledgerErasure = (): LedgerErasure =>
  dynamoLedgerErasure({ client: dynamoClient(), table: env("LEDGER_TABLE") });

export const spend = (): SpendStore =>
  dynamoSpend({ client: dynamoClient(), table: env("SPEND_TABLE"), random: Math.random });

export const closedDays = (): ClosedDays => dynamoClosedDays({ client: dynamoClient(), table: env("SPEND_TABLE") });

const control = () => ({ client: dynamoClient(), table: env("CONTROL_TABLE") });

export const keys = (): KeyStore => dynamoKeys(control());

export const prices = (): PriceStore => dynamoPrices(control());

export const imports = (): ImportStore => dynamoImports(control());

export const erasures = (): Erasures => dynamoErasures(control());

export const pipelineState = (): PipelineState => dynamoPipelineState(control());

export const sourceRhythms = (): SourceRhythms => dynamoSourceRhythms(control());

export const config = (): ConfigStore => dynamoConfig(control());

export const audit = (): AuditLog => dynamoAudit(control());

export const alerts = (): AlertStore => dynamoAlerts(control());

export const anomalies = (): AnomalyStore => dynamoAnomalies(control());

export const approvals = (): ApprovalStore => dynamoApprovals(control());

export const adoptionPlans = (): AuditedDocuments<AdoptionPlan> =>
  dynamoDocuments(control(), {
    ...{ partition: "adoption-plans", encode: encodeAdoptionPlan, decode: decodeAdoptionPlan },
  });

export const scenarios = (): AuditedDocuments<Scenario> =>
  dynamoDocuments(control(), { partition: "scenarios", encode: encodeScenario, decode: decodeScenario });

export const forecasts = (): ForecastStore => dynamoForecasts(control());

export const bookedHours = (): BookedHours => dynamoBookedHours(control());

export const lakeBudgetSpend = (): LakeBudgetSpend => dynamoLakeBudgetSpend(control());

export const findings = (): FindingStore => dynamoFindings({ ...control(), clock });
