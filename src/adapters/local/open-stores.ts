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
import type { PipelineState } from "#app/ports/pipeline-state.ts";
import type { PriceStore } from "#app/ports/prices.ts";
import type { SourceRhythms } from "#app/ports/source-rhythms.ts";
import type { SpendStore } from "#app/ports/spend.ts";
import { type AdoptionPlan, decodeAdoptionPlan, encodeAdoptionPlan } from "#core/adoption-plan.ts";
import { decodeScenario, encodeScenario, type Scenario } from "#core/scenario.ts";
import type { Instant } from "#core/time.ts";
import { addColumns, openSqlite } from "./sqlite.ts";
import { alertsSchema, sqliteAlerts } from "./sqlite-alerts.ts";
import { anomaliesSchema, sqliteAnomalies } from "./sqlite-anomalies.ts";
import { approvalsSchema, sqliteApprovals } from "./sqlite-approvals.ts";
import { auditSchema, sqliteAudit } from "./sqlite-audit.ts";
import { bookedHoursSchema, sqliteBookedHours } from "./sqlite-booked-hours.ts";
import { closedDaysSchema, sqliteClosedDays } from "./sqlite-closed-days.ts";
import { configSchema, sqliteConfig } from "./sqlite-config.ts";
import { documentsSchema, sqliteDocuments } from "./sqlite-documents.ts";
import { erasuresSchema, sqliteErasures } from "./sqlite-erasures.ts";
import { findingsSchema, sqliteFindings } from "./sqlite-findings.ts";
import { forecastsSchema, sqliteForecasts } from "./sqlite-forecasts.ts";
import { importsSchema, sqliteImports } from "./sqlite-imports.ts";
import { keysSchema, laterKeyColumns, sqliteKeys } from "./sqlite-keys.ts";
import { lakeBudgetSpendSchema, sqliteLakeBudgetSpend } from "./sqlite-lake-budget-spend.ts";
import { pipelineStateSchema, sqlitePipelineState } from "./sqlite-pipeline-state.ts";
import { pricesSchema, sqlitePrices } from "./sqlite-prices.ts";
import { sourceRhythmsSchema, sqliteSourceRhythms } from "./sqlite-source-rhythms.ts";
import { spendSchema, sqliteSpend } from "./sqlite-spend.ts";

/** `spend.db`: cells, marks and packed days. */
export interface SpendFile {
  readonly spend: SpendStore;
  readonly closedDays: ClosedDays;
  close(): void;
}

/** `control.db`: what people set and what the pipeline remembers. */
export interface ControlFile {
  readonly keys: KeyStore;
  readonly prices: PriceStore;
  readonly config: ConfigStore;
  readonly audit: AuditLog;
  readonly approvals: ApprovalStore;
  readonly adoptionPlans: AuditedDocuments<AdoptionPlan>;
  readonly scenarios: AuditedDocuments<Scenario>;
  readonly alerts: AlertStore;
  readonly anomalies: AnomalyStore;
  readonly findings: FindingStore;
  readonly forecasts: ForecastStore;
  readonly sourceRhythms: SourceRhythms;
  readonly imports: ImportStore;
  readonly erasures: Erasures;
  readonly bookedHours: BookedHours;
  readonly lakeBudgetSpend: LakeBudgetSpend;
  readonly pipeline: PipelineState;
  close(): void;
}

/** @param path a file in an existing folder, or `IN_MEMORY` */
export function openSpend(path: string): SpendFile {
  const database = openSqlite("spend", path, `${spendSchema}; ${closedDaysSchema}`);
  return { spend: sqliteSpend(database), closedDays: sqliteClosedDays(database), close: database.close };
}

/** @param path a file in an existing folder, or `IN_MEMORY` */
export function openControl(path: string, clock: () => Instant): ControlFile {
  const schema = [
    ...[
      keysSchema,
      pricesSchema,
      configSchema,
      auditSchema,
      approvalsSchema,
      findingsSchema,
      alertsSchema,
      anomaliesSchema,
    ],
    ...[importsSchema, erasuresSchema, pipelineStateSchema, sourceRhythmsSchema, bookedHoursSchema, forecastsSchema],
    documentsSchema,
    lakeBudgetSpendSchema,
  ].join(";");
  const database = openSqlite("control", path, schema);
  addColumns(database, "keys", laterKeyColumns);
  return {
    keys: sqliteKeys(database),
    prices: sqlitePrices(database),
    config: sqliteConfig(database),
    audit: sqliteAudit(database),
    approvals: sqliteApprovals(database),
    adoptionPlans: sqliteDocuments(database, {
      ...{ kind: "adoption_plan", encode: encodeAdoptionPlan, decode: decodeAdoptionPlan },
    }),
    scenarios: sqliteDocuments(database, { kind: "scenario", encode: encodeScenario, decode: decodeScenario }),
    alerts: sqliteAlerts(database),
    anomalies: sqliteAnomalies(database),
    findings: sqliteFindings(database, clock),
    forecasts: sqliteForecasts(database),
    sourceRhythms: sqliteSourceRhythms(database),
    imports: sqliteImports(database),
    erasures: sqliteErasures(database),
    bookedHours: sqliteBookedHours(database),
    lakeBudgetSpend: sqliteLakeBudgetSpend(database),
    pipeline: sqlitePipelineState(database),
    close: database.close,
  };
}
