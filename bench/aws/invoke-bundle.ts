// A Lambda's process: loads the bundle that it is given and answers each message, a list of events, with the processor
// time that handling them one after the other took.
const [bundle] = process.argv.slice(2);
if (bundle === undefined) throw new Error("which bundle?");
const { handler } = (await import(bundle)) as {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const context = { awsRequestId: "1", functionName: "bench", getRemainingTimeInMillis: () => 30_000 };
// What a function logs is not this process's answer.
process.stdout.write = () => true;

process.on("message", (events: readonly unknown[]) => {
  handleAll(events).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function handleAll(events: readonly unknown[]) {
  const before = process.cpuUsage();
  const results: unknown[] = [];
  for (const event of events) results.push(await handler(event, context));
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, results };
}
