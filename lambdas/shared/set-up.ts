import middy from "@middy/core";
import type { makeSetAdminKey } from "#app/set-admin-key.ts";
import type { setUpLake } from "#aws/set-up-lake.ts";
import { withDeadline } from "./deadline.ts";
import { logger, withLog } from "./log.ts";

export interface SetUpDeps {
  readonly setUpLake: () => ReturnType<typeof setUpLake>;
  readonly readAdminKey: () => Promise<string>;
  readonly setAdminKey: ReturnType<typeof makeSetAdminKey>;
}

/** What CDK's provider framework sends; the failure that it tells CloudFormation is the message of what is thrown. */
export interface SetUpEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
}

export interface SetUpResult {
  readonly PhysicalResourceId: string;
}

/** Always the same: CloudFormation deletes the resource of an id that an update has changed. */
const resource: SetUpResult = { PhysicalResourceId: "ai-finops-lake" };

/** Each part can be done again. A deletion deletes nothing: the data stay, and so does who may read them. */
export function setUp({ setUpLake, readAdminKey, setAdminKey }: SetUpDeps) {
  return middy<SetUpEvent, SetUpResult>()
    .use(withDeadline)
    .use(withLog())
    .handler(async ({ RequestType: request }) => {
      if (request === "Delete") return resource;
      const { made, added } = await setUpLake();
      const adminKey = await setAdminKey(await readAdminKey());
      logger.info("the lake is set up", { made, added, admin_key: adminKey });
      return resource;
    });
}
