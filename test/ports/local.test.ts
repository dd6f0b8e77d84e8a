import { encodeEntry } from "#core/entry-codec.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY, openSqlite } from "#local/sqlite.ts";
import { failedChangesSchema, sqliteFailedChanges } from "#local/sqlite-failed-changes.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { alertsContract } from "./alerts.contract.ts";
import { anomaliesContract } from "./anomalies.contract.ts";
import { approvalsContract } from "./approvals.contract.ts";
import { auditContract } from "./audit.contract.ts";
import { auditedDocumentsContract } from "./audited-documents.contract.ts";
import { bookedHoursContract } from "./booked-hours.contract.ts";
import { changeStreamContract } from "./change-stream.contract.ts";
import { closedDaysContract } from "./closed-days.contract.ts";
import { configContract } from "./config.contract.ts";
import { erasuresContract } from "./erasures.contract.ts";
import { failedChangesContract } from "./failed-changes.contract.ts";
import { findingsContract, findingsNow } from "./findings.contract.ts";
import { forecastsContract } from "./forecasts.contract.ts";
import { importsContract } from "./imports.contract.ts";
import { keysContract } from "./keys.contract.ts";
import { lakeBudgetSpendContract } from "./lake-budget-spend.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import { ledgerErasureContract } from "./ledger-erasure.contract.ts";
import { ledgerExportsContract } from "./ledger-exports.contract.ts";
import type { Opened } from "./opened.ts";
import { pipelineStateContract } from "./pipeline-state.contract.ts";
import { pricesContract } from "./prices.contract.ts";
import { sampleTime } from "./sample-entry.ts";
import { sourceRhythmsContract } from "./source-rhythms.contract.ts";
import { spendContract } from "./spend.contract.ts";

/** A port in a file of a folder of its own. */
function inFile<File extends { close(): void }, Port>(openFile: (path: string) => File, portOf: (file: File) => Port) {
  return async (): Promise<Opened<Port>> => {
    const folder = tempFolder();
    let file = openFile(folder.file("port.db"));
    return {
      port: portOf(file),
      async reopen() {
        file.close();
        file = openFile(folder.file("port.db"));
        return portOf(file);
      },
      async [Symbol.asyncDispose]() {
        file.close();
        folder[Symbol.dispose]();
      },
    };
  };
}

const controlFile = (path: string) => openControl(path, () => findingsNow);

const ledgerFile = (path: string) => openLedger({ path, clock: () => sampleTime });

ledgerContract(
  "the SQLite ledger",
  inFile(ledgerFile, (ledger) => ledger),
);
changeStreamContract(
  "the SQLite change log",
  inFile(ledgerFile, (ledger) => ({ ledger, stream: ledger.changes })),
);
spendContract(
  "the SQLite spend store",
  inFile(openSpend, ({ spend }) => spend),
);
closedDaysContract(
  "SQLite closed days",
  inFile(openSpend, ({ closedDays }) => closedDays),
);
keysContract(
  "the SQLite key store",
  inFile(controlFile, (file) => file),
);
pricesContract(
  "the SQLite price store",
  inFile(controlFile, (file) => file),
);
auditContract(
  "the SQLite audit log",
  inFile(controlFile, ({ audit }) => audit),
);
configContract(
  "the SQLite config store",
  inFile(controlFile, (file) => file),
);
alertsContract(
  "the SQLite alert store",
  inFile(controlFile, (file) => file),
);
anomaliesContract(
  "the SQLite anomaly store",
  inFile(controlFile, (file) => file),
);
approvalsContract(
  "the SQLite approval store",
  inFile(controlFile, (file) => file),
);
auditedDocumentsContract(
  "SQLite adoption plans and scenarios",
  inFile(controlFile, (file) => file),
);
findingsContract(
  "the SQLite finding store",
  inFile(controlFile, ({ findings }) => findings),
);
forecastsContract(
  "the SQLite forecast store",
  inFile(controlFile, ({ forecasts }) => forecasts),
);
importsContract(
  "the SQLite import store",
  inFile(controlFile, ({ imports }) => imports),
);
pipelineStateContract(
  "the SQLite pipeline state",
  inFile(controlFile, ({ pipeline }) => pipeline),
);
bookedHoursContract(
  "SQLite booked hours",
  inFile(controlFile, ({ bookedHours }) => bookedHours),
);
lakeBudgetSpendContract(
  "SQLite spend of budgets from the lake",
  inFile(controlFile, ({ lakeBudgetSpend }) => lakeBudgetSpend),
);
sourceRhythmsContract(
  "SQLite source rhythms",
  inFile(
    (path: string) => openControl(path, () => sampleTime),
    ({ sourceRhythms }) => sourceRhythms,
  ),
);
erasuresContract(
  "SQLite erasures",
  inFile(controlFile, ({ erasures }) => erasures),
);
ledgerErasureContract(
  "the SQLite ledger, forgetting",
  inFile(ledgerFile, (ledger) => ({ ledger, erasure: ledger.erasure })),
);

failedChangesContract("changes set aside in the SQLite ledger", async () => {
  const database = openSqlite("ledger", IN_MEMORY, failedChangesSchema);
  const failed = sqliteFailedChanges(database, () => sampleTime);
  const add = (sequence: string, key: string, text: string) =>
    failed.add("post-spend", "shard-1", { sequence, key, text }, "cannot be taken");
  return {
    failed,
    give: ({ sequence, entry }) => add(sequence, entry.key, encodeEntry(entry)),
    giveUndecodable: (sequence) => add(sequence, "?", "{}"),
    kept: async () => database.prepare("select number from failed_changes").all().length,
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
});

ledgerExportsContract("the SQLite ledger as its own export", async () => {
  const ledger = openLedger({ path: IN_MEMORY, clock: () => sampleTime });
  return {
    exports: ledger.exports,
    make: async (entries) => {
      await ledger.append(entries);
      return "ledger";
    },
    async [Symbol.asyncDispose]() {
      ledger.close();
    },
  };
});
