import { randomUUID } from "node:crypto";
import { dynamoClosedDays } from "#aws/dynamo-closed-days.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import { dynamoLedgerErasure } from "#aws/dynamo-ledger-erasure.ts";
import { dynamoSpend } from "#aws/dynamo-spend.ts";
import { changeStreamContract } from "../ports/change-stream.contract.ts";
import { closedDaysContract } from "../ports/closed-days.contract.ts";
import { ledgerContract } from "../ports/ledger.contract.ts";
import { ledgerErasureContract } from "../ports/ledger-erasure.contract.ts";
import { spendContract } from "../ports/spend.contract.ts";
import { dynamoStream } from "./dynamo-stream.ts";
import { onTable, tableShapes } from "./tables.ts";

ledgerContract(
  "the DynamoDB ledger",
  onTable(tableShapes.ledger, (open) => dynamoLedger({ ...open, newWriteId: randomUUID })),
);
ledgerErasureContract(
  "the DynamoDB ledger, forgetting",
  onTable(tableShapes.ledger, (open) => ({
    ledger: dynamoLedger({ ...open, newWriteId: randomUUID }),
    erasure: dynamoLedgerErasure(open),
  })),
);
changeStreamContract(
  "the DynamoDB stream",
  onTable(tableShapes.ledger, (open) => ({
    ledger: dynamoLedger({ ...open, newWriteId: randomUUID }),
    stream: dynamoStream(open.table),
  })),
);
spendContract(
  "the DynamoDB spend store",
  onTable(tableShapes.partitioned, (open) => dynamoSpend({ ...open, random: Math.random })),
);
closedDaysContract("DynamoDB closed days", onTable(tableShapes.partitioned, dynamoClosedDays));
