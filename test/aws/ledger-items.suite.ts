import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type AttributeValue, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { makeIngest } from "#app/ingest.ts";
import { makeRater } from "#app/rater.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { catalogFiles } from "#server/catalog-files.ts";
import { noRules } from "../fakes/company-rules.ts";
import { event, sender, sha256 } from "../fakes/usage.ts";
import { itemBytes, writeUnitBytes } from "./item-bytes.ts";
import { openTable, tableShapes } from "./tables.ts";

const receivedAt = Date.parse("2026-11-23T14:00:00.500Z") as Instant;
const time = (receivedAt - 60_000) as Instant;

/** A call as the public trace of Azure's inference services has it: two token counts and a service. */
const traced = (): UsageEvent =>
  event({
    source: "azure-trace",
    id: randomUUID(),
    time,
    model: "gpt-4o",
    quantities: { uncached_input_tokens: 4_808, text_output_tokens: 10 },
    claimed: { team: "azure", feature: "code", environment: "production", region: "us", customer_tier: "none" },
  });

/** A call as a gateway reports it: caching, reasoning, who the customer is, tags, the provider's own id of it. */
const gateway = (): UsageEvent =>
  event({
    source: "https://gateway.example.com/production",
    id: randomUUID(),
    time,
    model: "gpt-5",
    serviceTier: "priority",
    quantities: {
      uncached_input_tokens: 12_345,
      cache_read_tokens: 45_678,
      text_output_tokens: 1_234,
      reasoning_tokens: 5_678,
    },
    claimed: { ...event().claimed, feature: "contract-summaries", customer_id: randomUUID() },
    tags: { release: "2026.11.3", experiment: "longer-context", request: randomUUID() },
    responseId: `chatcmpl-${randomUUID()}`,
  });

async function itemsOf(events: readonly UsageEvent[]) {
  await using open = await openTable(tableShapes.ledger);
  const ledger = dynamoLedger({ ...open, newWriteId: () => "AbCd1234" });
  const catalog = catalogFiles(fileURLToPath(new URL("../../catalog", import.meta.url)));
  const clock = () => receivedAt;
  const rater = makeRater({ catalog, prices: { add: async () => {}, list: async () => [] }, clock });
  const results = await makeIngest({ ledger, rater, rules: noRules, clock, sha256 })(events, sender);
  expect(results.map(({ status }) => status)).toEqual(events.map(() => "accepted"));
  const { Items: items = [] } = await open.client.send(new ScanCommand({ TableName: open.table }));
  const units = await Promise.all(items.map((item) => unitsOf(open, item)));
  return { items, units };
}

/** What DynamoDB Local says that writing this item costs. */
async function unitsOf(
  { client, table }: Pick<Awaited<ReturnType<typeof openTable>>, "client" | "table">,
  item: Record<string, AttributeValue>,
) {
  const put = new PutItemCommand({ TableName: table, Item: item, ReturnConsumedCapacity: "TOTAL" });
  return (await client.send(put)).ConsumedCapacity?.CapacityUnits;
}

describe("an event in the ledger", () => {
  test.each([
    ["of the Azure trace", traced],
    ["of a gateway that says all it knows", gateway],
  ])("%s fits one write unit", async (what, make) => {
    const { items, units } = await itemsOf([make(), make(), make()]);
    const bytes = items.map(itemBytes);
    process.stdout.write(
      `ledger item ${what}: ${Math.max(...bytes)} bytes of ${writeUnitBytes}, ${units[0]} write unit\n`,
    );
    expect(Math.max(...bytes)).toBeLessThanOrEqual(writeUnitBytes);
    expect(units).toEqual([1, 1, 1]);
  });

  test("expires 35 days after it was received, in whole seconds as DynamoDB wants them", async () => {
    const { items } = await itemsOf([traced()]);
    process.stdout.write(`ledger item expires by x = ${items[0]?.x?.N}\n`);
    expect(items[0]?.x).toEqual({ N: String(Date.parse("2026-12-28T14:00:01Z") / 1_000) });
  });
});
