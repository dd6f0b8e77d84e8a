import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { dynamoAlerts } from "#aws/dynamo-alerts.ts";
import { dynamoAnomalies } from "#aws/dynamo-anomalies.ts";
import { dynamoApprovals } from "#aws/dynamo-approvals.ts";
import { dynamoAudit } from "#aws/dynamo-audit.ts";
import { dynamoBookedHours } from "#aws/dynamo-booked-hours.ts";
import { dynamoConfig } from "#aws/dynamo-config.ts";
import { dynamoDocuments } from "#aws/dynamo-documents.ts";
import { dynamoErasures } from "#aws/dynamo-erasures.ts";
import { dynamoFindings } from "#aws/dynamo-findings.ts";
import { dynamoForecasts } from "#aws/dynamo-forecasts.ts";
import { dynamoImports } from "#aws/dynamo-imports.ts";
import { dynamoKeys } from "#aws/dynamo-keys.ts";
import { dynamoLakeBudgetSpend } from "#aws/dynamo-lake-budget-spend.ts";
import { dynamoPipelineState } from "#aws/dynamo-pipeline-state.ts";
import { dynamoPrices } from "#aws/dynamo-prices.ts";
import { dynamoSourceRhythms } from "#aws/dynamo-source-rhythms.ts";
import { decodeAdoptionPlan, encodeAdoptionPlan } from "#core/adoption-plan.ts";
import { makeAuditCheck } from "#core/audit-check.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import { decodeScenario, encodeScenario } from "#core/scenario.ts";
import { sha256 } from "../fakes/usage.ts";
import { alertsContract } from "../ports/alerts.contract.ts";
import { anomaliesContract } from "../ports/anomalies.contract.ts";
import { approvalsContract } from "../ports/approvals.contract.ts";
import { auditContract, draft } from "../ports/audit.contract.ts";
import { auditedDocumentsContract } from "../ports/audited-documents.contract.ts";
import { bookedHoursContract } from "../ports/booked-hours.contract.ts";
import { configContract } from "../ports/config.contract.ts";
import { erasuresContract } from "../ports/erasures.contract.ts";
import { findingsContract, findingsNow } from "../ports/findings.contract.ts";
import { forecastsContract } from "../ports/forecasts.contract.ts";
import { importsContract } from "../ports/imports.contract.ts";
import { keysContract } from "../ports/keys.contract.ts";
import { lakeBudgetSpendContract } from "../ports/lake-budget-spend.contract.ts";
import { pipelineStateContract } from "../ports/pipeline-state.contract.ts";
import { pricesContract } from "../ports/prices.contract.ts";
import { sourceRhythmsContract } from "../ports/source-rhythms.contract.ts";
import { onTable, openTable, tableShapes } from "./tables.ts";

keysContract(
  "the DynamoDB key store",
  onTable(tableShapes.partitioned, (deps) => ({ keys: dynamoKeys(deps), audit: dynamoAudit(deps) })),
);
pricesContract(
  "the DynamoDB price store",
  onTable(tableShapes.partitioned, (deps) => ({ prices: dynamoPrices(deps), audit: dynamoAudit(deps) })),
);
auditContract("the DynamoDB audit log", onTable(tableShapes.partitioned, dynamoAudit));
configContract(
  "the DynamoDB config store",
  onTable(tableShapes.partitioned, (deps) => ({ config: dynamoConfig(deps), audit: dynamoAudit(deps) })),
);
alertsContract(
  "the DynamoDB alert store",
  onTable(tableShapes.partitioned, (deps) => ({ alerts: dynamoAlerts(deps), audit: dynamoAudit(deps) })),
);
anomaliesContract(
  "the DynamoDB anomaly store",
  onTable(tableShapes.partitioned, (deps) => ({ anomalies: dynamoAnomalies(deps), audit: dynamoAudit(deps) })),
);
approvalsContract(
  "the DynamoDB approval store",
  onTable(tableShapes.partitioned, (deps) => ({ approvals: dynamoApprovals(deps), audit: dynamoAudit(deps) })),
);
auditedDocumentsContract(
  "DynamoDB adoption plans and scenarios",
  onTable(tableShapes.partitioned, (deps) => ({
    adoptionPlans: dynamoDocuments(deps, {
      ...{ partition: "adoption-plans", encode: encodeAdoptionPlan, decode: decodeAdoptionPlan },
    }),
    scenarios: dynamoDocuments(deps, { partition: "scenarios", encode: encodeScenario, decode: decodeScenario }),
    audit: dynamoAudit(deps),
  })),
);
findingsContract(
  "the DynamoDB finding store",
  onTable(tableShapes.partitioned, (deps) => dynamoFindings({ ...deps, clock: () => findingsNow })),
);
bookedHoursContract("DynamoDB booked hours", onTable(tableShapes.partitioned, dynamoBookedHours));
erasuresContract("DynamoDB erasures", onTable(tableShapes.partitioned, dynamoErasures));
forecastsContract("the DynamoDB forecast store", onTable(tableShapes.partitioned, dynamoForecasts));
importsContract("the DynamoDB import store", onTable(tableShapes.partitioned, dynamoImports));
pipelineStateContract("the DynamoDB pipeline state", onTable(tableShapes.partitioned, dynamoPipelineState));
lakeBudgetSpendContract(
  "DynamoDB spend of budgets from the lake",
  onTable(tableShapes.partitioned, dynamoLakeBudgetSpend),
);
sourceRhythmsContract("DynamoDB source rhythms", onTable(tableShapes.partitioned, dynamoSourceRhythms));

describe("an audit log in DynamoDB that somebody with the table has changed", () => {
  /** What is found of a log of four entries, the last two written together, once it is tampered with. */
  async function faultAfter(command: (table: string) => DeleteItemCommand | UpdateItemCommand) {
    await using open = await openTable(tableShapes.partitioned);
    const log = dynamoAudit(open);
    await log.append(draft());
    await log.append(draft());
    await dynamoConfig(open).replace(0, INITIAL_CONFIG, [draft(), draft()]);
    const head = await log.head();
    await open.client.send(command(open.table) as DeleteItemCommand);
    const check = makeAuditCheck(head ? [head] : [], sha256);
    return check.add(await log.read(1, 100)) ?? check.end();
  }
  const entries = (number: number) => ({ p: { S: "audit" }, s: { S: String(number).padStart(15, "0") } });

  test.each([
    [1, { kind: "missing", number: 1 }],
    [2, { kind: "missing", number: 2 }],
    [4, { kind: "missing", number: 3 }],
    [3, undefined],
  ])("what lacks the item of entry %i has the fault %j", async (number, fault) => {
    expect(await faultAfter((table) => new DeleteItemCommand({ TableName: table, Key: entries(number) }))).toEqual(
      fault,
    );
  });

  test("an entry that was written over is found", async () => {
    const forged = JSON.stringify([
      { ...draft({ reason: "forged" }), number: 2, previousHash: "x", hash: sha256("forged") },
    ]);
    const overwrite = (table: string) =>
      new UpdateItemCommand({
        ...{ TableName: table, Key: entries(2), UpdateExpression: "SET entries = :e" },
        ExpressionAttributeValues: { ":e": { S: forged } },
      });
    expect(await faultAfter(overwrite)).toEqual({ kind: "changed", number: 2 });
  });
});
