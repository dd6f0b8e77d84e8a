// The whole system in an emulated AWS, deployed by CDK, used over HTTP, and equal to local mode. [--events N]
import { parseArgs } from "node:util";
import type { Access } from "../journey/aws-access.ts";
import { openAwsTarget } from "../journey/aws-target.ts";
import { openCdk } from "../journey/deployment.ts";
import { travel } from "../journey/journey.ts";
import { openLocalTarget } from "../journey/local-target.ts";
import { tellStory } from "../journey/story.ts";
import { emulated, emulatedConfig, emulatedEnvironment } from "./config.ts";
import { startEmulator } from "./emulator.ts";
import { makeNarrator } from "./narrator.ts";
import { proveAlertIsTold } from "./prove-alert-told.ts";
import { proveDestroyKeepsData } from "./prove-destroy.ts";
import { proveFailureIsTold } from "./prove-failure-told.ts";
import { proveFailedSetUpIsTold } from "./prove-set-up.ts";
import { proveUpgrade } from "./prove-upgrade.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "10000" } } });
const say = makeNarrator();

await using emulator = await startEmulator();
say(`the emulator is up; its log: ${emulator.log}`);
await using local = await openLocalTarget();
const access: Access = emulated(emulator);
using cdk = openCdk(access, emulatedConfig);
await cdk.run(["bootstrap", emulatedEnvironment]);
say("cdk bootstrap");
const { outputs } = await cdk.deploy();
say("cdk deploy --all");

const aws = await openAwsTarget(access, emulatedConfig.name, outputs);
const story = tellStory(Number(values.events), Date.now());
say(`${values.events} events ${story.origin}`);
const keys = await travel({ aws, local, story, say });
await proveUpgrade({ aws, cdk, keys, say });
await proveAlertIsTold({ aws, emulator, keys, say });
await proveFailureIsTold({ aws, emulator, say });
await proveDestroyKeepsData({ aws, cdk, say });
await proveFailedSetUpIsTold(say);
