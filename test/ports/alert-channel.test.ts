import { expect, test } from "vitest";
import { logChannel } from "#server/log-channel.ts";
import { sampleAlert } from "../channels/sample-alert.ts";
import { alertChannelContract } from "./alert-channel.contract.ts";

function open() {
  const told: string[] = [];
  const channel = logChannel((line) => told.push(line), "http://127.0.0.1:8080");
  return { channel, told: () => told, [Symbol.asyncDispose]: async () => {} };
}

alertChannelContract("what the server prints", async () => open());

test("what the server prints is one line with when, how grave, what, and where the rest is", async () => {
  const { channel, told } = open();
  await channel.publish(sampleAlert({ severity: "critical", title: "search: 100.2 %\nof 6.00 USD spent" }));
  expect(told()).toEqual([
    "2026-11-24 01:30 UTC  critical  search: 100.2 % of 6.00 USD spent → " +
      "http://127.0.0.1:8080/v1/alert-page?id=jtf4hnx9\n",
  ]);
});
