// npm run diff [-- --config FILE]: what a deploy would change. Nothing is changed.
import { cdk } from "./cdk.ts";
import { deploymentOf, readArguments } from "./deployment-of.ts";

const { config } = readArguments();
await deploymentOf(config);
process.exitCode = await cdk(["diff", "--all"], config);
