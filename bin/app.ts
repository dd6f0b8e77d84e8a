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
  const deployment = await readDeployment(typeof file === "string" ? file : undefined);
  new AiFinops(app, deployment, await bundledCode());
  checkWithNag(app);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
