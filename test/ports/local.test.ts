import { openControl, openSpend } from "#local/open-stores.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { changeStreamContract } from "./change-stream.contract.ts";
import { closedDaysContract } from "./closed-days.contract.ts";
import { importsContract } from "./imports.contract.ts";
import { keysContract } from "./keys.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import type { Opened } from "./opened.ts";
import { pipelineStateContract } from "./pipeline-state.contract.ts";
import { pricesContract } from "./prices.contract.ts";
import { sampleTime } from "./sample-entry.ts";
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
  inFile(openControl, ({ keys }) => keys),
);
pricesContract(
  "the SQLite price store",
  inFile(openControl, ({ prices }) => prices),
);
importsContract(
  "the SQLite import store",
  inFile(openControl, ({ imports }) => imports),
);
pipelineStateContract(
  "the SQLite pipeline state",
  inFile(openControl, ({ pipeline }) => pipeline),
);
