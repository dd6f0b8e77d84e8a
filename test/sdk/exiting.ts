// A sender's process: records three events and ends in the way that it is told to.
import { createMeter } from "#sdk/meter.ts";

const [url = "", how] = process.argv.slice(2);
const meter = createMeter({ url, key: "k", source: "exiting" });
if (how !== "idle") {
  for (const id of ["e0", "e1", "e2"]) {
    meter.record({ id, provider: "openai", model: "gpt-4o", meters: { images: 1 } });
  }
}
if (how === "wait") setInterval(() => {}, 1_000);
if (how === "flush") process.stdout.write(`flushed ${await meter.flush(200)}\n`);
process.stdout.write("begun\n");
