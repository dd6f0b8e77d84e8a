import { logNotifier } from "#server/log-notifier.ts";
import { notifierContract } from "./notifier.contract.ts";

notifierContract("the log of the server", async () => {
  const told: { subject: string; text: string }[] = [];
  return {
    notifier: logNotifier((subject, _, more) => told.push({ subject, text: more?.text ?? "" })),
    told: () => told,
    [Symbol.asyncDispose]: async () => {},
  };
});
