import { logChannel } from "#server/log-channel.ts";
import { alertChannelContract } from "./alert-channel.contract.ts";

alertChannelContract("the log of the server", async () => {
  const told: string[] = [];
  return {
    channel: logChannel((_, __, more) => told.push(more?.text ?? ""), "http://127.0.0.1:8080"),
    told: () => told,
    [Symbol.asyncDispose]: async () => {},
  };
});
