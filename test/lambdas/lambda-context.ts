import type { Context } from "aws-lambda";

/** Of an invocation with half a minute left. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: "ai-finops-test",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:ai-finops-test",
  memoryLimitInMB: "512",
  awsRequestId: "invocation-1",
  logGroupName: "/aws/lambda/ai-finops-test",
  logStreamName: "2026/11/23/[$LATEST]abc",
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
