// npm run bench:forecast [-- DATA_DIR] [--smoke]: forecasts and anomalies on real series, beside other methods.
// With --picture FILE.svg the labelled anomalies alone, drawn.
import { parseArgs } from "node:util";
import { printAnomalies } from "./anomalies.ts";
import { printForecasts } from "./forecasts.ts";
import { printNab } from "./nab.ts";

const { values, positionals } = parseArgs({
  options: { smoke: { type: "boolean", default: false }, picture: { type: "string" } },
  allowPositionals: true,
});
const [dataDir = "../shared/data"] = positionals;

if (values.picture === undefined) {
  printForecasts(dataDir, values.smoke);
  printAnomalies(dataDir, values.smoke);
}
printNab(dataDir, values.picture);
