// npm run bench:aws [-- --smoke]: what the deployed system costs and how fast it starts, computed from what its real
// bundles send and from the templates of its stacks. Tables are Markdown: docs/costs.md has them as they are printed.
// --smoke: short, to show that it runs. Figures of such a run say nothing.
import { measure } from "./measure.ts";
import { printAthena } from "./print-athena.ts";
import { printCapacity } from "./print-capacity.ts";
import { EventCosts, printEventCosts } from "./print-event-costs.ts";
import { printIdle } from "./print-idle.ts";
import { printMeasured } from "./print-measured.ts";
import { printPrices } from "./print-prices.ts";
import { printStarts } from "./print-starts.ts";
import { sizesOf } from "./scenarios.ts";
import { synthesise } from "./synthesised.ts";

const smoke = process.argv.includes("--smoke");
if (smoke) console.log("(smoke: the figures say nothing)");
const synthesised = synthesise();
const measured = await measure(sizesOf(synthesised, smoke));
printPrices();
printMeasured(measured);
printEventCosts(new EventCosts(synthesised, measured));
printAthena(measured.columns);
printIdle(synthesised, measured);
printCapacity(synthesised, measured);
await printStarts(smoke);
