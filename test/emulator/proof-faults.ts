// Faults in an emulated AWS: killed functions, a throttled table, a poisoned record, an outage longer than all retries.
// The totals have to be exact, worked out by hand. [--events N]
import { parseArgs } from "node:util";
import { openAwsTarget } from "../journey/aws-target.ts";
import { openCdk } from "../journey/deployment.ts";
import { makeKeys } from "../journey/tell.ts";
import { emulated, emulatedConfig, emulatedEnvironment } from "./config.ts";
import { countedEvents } from "./counted-events.ts";
import { startEmulator } from "./emulator.ts";
import { loseToAnOutage, poison, redrive } from "./lost-records.ts";
import { makeNarrator } from "./narrator.ts";
import { killWorkers } from "./workers.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "3000" } } });
const say = makeNarrator();
const killedFunctions = ["post-spend", "land-usage", "serve-ingest"];
const killEveryMs = 1_500;

await using emulator = await startEmulator();
const access = emulated(emulator);
using cdk = openCdk(access, emulatedConfig);
await cdk.run(["bootstrap", emulatedEnvironment]);
const { outputs } = await cdk.deploy();
const aws = await openAwsTarget(access, emulatedConfig.name, outputs);
const keys = await makeKeys(aws);
const counted = countedEvents(aws, keys);
say("deployed");

let kills = 0;
const killer = setInterval(() => {
  for (const name of killedFunctions) kills += killWorkers(emulator.pid, `${emulatedConfig.name}-${name}`);
}, killEveryMs);
emulator.order({ throttle: { "-ledger": 0.2, "-spend": 0.2 } });
await counted.send(Number(values.events));
await counted.demandCells();
clearInterval(killer);
emulator.order({});
if (kills < killedFunctions.length) throw new Error(`only ${kills} workers were killed`);
say(`${values.events} events through ${kills} killed workers, every fifth write refused: each counts once`);

const faults = { aws, emulator, counted, say };
await poison(faults);
await loseToAnOutage(faults);
await redrive(faults, keys);
