import { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test, vi } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { startPipeline } from "#aws/start-pipeline.ts";
import type { UsageDate } from "#core/time.ts";

const stateMachineArn = "arn:aws:states:eu-central-1:111122223333:stateMachine:ai-finops-pipeline";

function open() {
  const client = new SFNClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const send = vi
    .spyOn(client, "send")
    .mockImplementation(async () => ({ executionArn: "arn", startDate: new Date(0) }));
  return { send, start: startPipeline({ client, stateMachineArn, newId: () => "run-1" }) };
}

test("a run is an execution of the same name", async () => {
  const { send, start } = open();
  expect(await start()).toEqual({ id: "run-1", status: "running" });
  const backfill = { from: "2026-01-01" as UsageDate, to: "2026-01-31" as UsageDate, lowerCells: false };
  await start({ backfill });
  expect(send.mock.calls.map(([command]) => command.input)).toEqual([
    { stateMachineArn, name: "run-1", input: "{}" },
    {
      stateMachineArn,
      name: "run-1",
      input: '{"backfill":{"from":"2026-01-01","to":"2026-01-31","lowerCells":false}}',
    },
  ]);
});

test("what Step Functions cannot do now is an outage; a machine that is not there is named", async () => {
  const { send, start } = open();
  send.mockRejectedValueOnce(Object.assign(new Error("slow down"), { name: "ThrottlingException" }) as never);
  await expect(start()).rejects.toBeInstanceOf(Unavailable);
  send.mockRejectedValueOnce(Object.assign(new Error("no"), { name: "AccessDeniedException" }) as never);
  await expect(start()).rejects.toThrow(`state machine "${stateMachineArn}": access is denied`);
});
