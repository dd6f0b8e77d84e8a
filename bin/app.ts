// The CDK app: `cdk synth`, `cdk deploy --all`. Another configuration than deployment.config.ts: `-c config=<file>`.
import { App } from "aws-cdk-lib";
import { AiFinops } from "#lib/ai-finops.ts";
import { checkWithNag } from "#lib/check-with-nag.ts";
import { DeploymentError } from "#lib/deployment.ts";
import { bundledCode } from "#lib/lambda-code.ts";
import { readDeployment } from "#lib/read-deployment.ts";

const app = new App();
const file: unknown = app.node.tryGetContext("config");
try {
  const found = await readDeployment(typeof file === "string" ? file : undefined);
  // Of the credentials, where there are any: `--adopt` finds only what has its name written out in the template.
  const account = found.account ?? process.env.CDK_DEFAULT_ACCOUNT;
  const deployment = { ...found, ...(account !== undefined && { account }) };
  new AiFinops(app, deployment, await bundledCode());
  checkWithNag(app);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
