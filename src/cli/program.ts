import { Command, CommanderError, Option } from "commander";
import { UnexpectedReply } from "#contract/client.ts";
import { addAdjust } from "./adjust.ts";
import { addAlerts } from "./alerts.ts";
import { addAnomalies } from "./anomalies.ts";
import { addApply } from "./apply.ts";
import { addApprovals } from "./approvals.ts";
import { addAttribution } from "./attribution.ts";
import { addAudit } from "./audit.ts";
import { addAuthorize } from "./authorize.ts";
import { addBackfill } from "./backfill.ts";
import { addBridge } from "./bridge.ts";
import { addBudgets } from "./budgets.ts";
import { defaultPort } from "./connection.ts";
import { addCustomers } from "./customers.ts";
import { addDrivers } from "./drivers.ts";
import { addExplain } from "./explain.ts";
import { addExport } from "./export.ts";
import { type ExitCode, exitCodes, Failure } from "./failure.ts";
import { addFindings } from "./findings.ts";
import { addForecast } from "./forecast.ts";
import { addImport } from "./import/import.ts";
import { addKeys } from "./keys.ts";
import { addModels } from "./models.ts";
import { addPlan } from "./plan.ts";
import { addPlans } from "./plans.ts";
import { addPrices } from "./prices.ts";
import { addRedrive } from "./redrive.ts";
import { addReport } from "./report-cost.ts";
import { addReprice } from "./reprice.ts";
import { addScenario } from "./scenario.ts";
import { addStart } from "./start.ts";
import { addStatus } from "./status.ts";
import type { Terminal } from "./terminal.ts";

/** A command takes the options that its subcommand has too, wherever they stand: it gives them on, and refuses the others. */
function giveOptionsOn(command: Command): void {
  command.hook("preSubcommand", (_, subcommand) => {
    for (const option of command.options) {
      const name = option.attributeName();
      if (command.getOptionValueSource(name) !== "cli") continue;
      if (!subcommand.options.some((own) => own.attributeName() === name)) {
        command.error(`error: '${subcommand.name()}' has no option '${option.long}'`);
      }
      subcommand.setOptionValueWithSource(name, command.getOptionValue(name), "cli");
    }
  });
}

function makeProgram(terminal: Terminal): Command {
  const program = new Command("finops")
    .description("One true account of what AI costs: usage events in, exact cost out.")
    // Before any subcommand: subcommands inherit these settings when they are made.
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(--help shows what is possible)")
    .option("--url <url>", `of the server (FINOPS_URL; default http://127.0.0.1:${defaultPort})`)
    .option("--key <key>", "what to sign requests with (FINOPS_KEY; on the server's machine its admin key)")
    .addOption(new Option("--json", "print the server's reply").conflicts("csv"))
    .addOption(new Option("--csv", "print comma-separated values, amounts exact").conflicts("json"))
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 refused or rows not taken, 2 wrong usage, 3 no answer from the server, " +
        "4 there are changes (plan --exit-code).",
    );
  for (const add of [
    addStart,
    addImport,
    addReport,
    addExplain,
    addAdjust,
    addAttribution,
    addReprice,
    addKeys,
    addAudit,
    addPrices,
    addAuthorize,
    addBudgets,
    addApprovals,
    addModels,
    addPlan,
    addApply,
    addExport,
    addStatus,
    addAnomalies,
    addAlerts,
    addFindings,
    addDrivers,
    addScenario,
    addPlans,
    addBridge,
    addForecast,
    addBackfill,
    addRedrive,
    addCustomers,
  ]) {
    add(program, terminal);
  }
  program.commands.forEach(giveOptionsOn);
  return program;
}

function told(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof Failure) {
    terminal.err(`finops: ${error.message}\n${error.fix ? `  → ${error.fix}\n` : ""}`);
    return error.exitCode;
  }
  if (error instanceof UnexpectedReply) {
    terminal.err(`finops: ${error.message}\n  → is this the URL of an ai-finops server, of the same version?\n`);
    return exitCodes.refused;
  }
  throw error;
}

/** Runs one command line, without the program's name; what it ends with is for the process to exit with. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await makeProgram(terminal).parseAsync([...words], { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    return told(error, terminal);
  }
}
