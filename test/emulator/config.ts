import type { Access } from "../journey/aws-access.ts";
import type { Emulator } from "./emulator.ts";
import { environmentWithoutAws } from "./processes.ts";

export const alertEmail = "finops@example.com";
/** Gets what is about a team that nobody has. */
export const otherTeamsEmail = "others@example.com";
export const slackSecret = "proof/slack";

/** A deployment as its owner configures it, but for what makes a test wait. */
export const emulatedConfig = {
  name: "proof",
  region: "eu-central-1",
  alertEmails: [alertEmail, { address: otherTeamsEmail, teams: ["nobodys-team"] }],
  slack: [{ secretName: slackSecret, minSeverity: "warning" as const }],
  windowSeconds: { postSpend: 1, landUsage: 2 },
};

/** ministack's one account. Named, so that `cdk bootstrap` needs no app. */
export const emulatedEnvironment = "aws://000000000000/eu-central-1";

export const emulated = ({ endpoint, region, env }: Emulator): Access => ({
  endpoint,
  region,
  env: { ...environmentWithoutAws(), ...env },
});
