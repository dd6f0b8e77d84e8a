// npm run bench:forecast [-- DATA_DIR] [--smoke]: forecasts and anomalies on real series, beside other methods.
import { printAnomalies } from "./anomalies.ts";
import { printForecasts } from "./forecasts.ts";
import { printNab } from "./nab.ts";

const args = process.argv.slice(2);
const smoke = args.includes("--smoke");
const dataDir = args.find((arg) => !arg.startsWith("--")) ?? "../shared/data";

printForecasts(dataDir, smoke);
printAnomalies(dataDir, smoke);
printNab(dataDir);
