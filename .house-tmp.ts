import { openMemoryLake } from "./test/lake/memory-lake.ts";
import { simulate } from "./test/simulation/simulate.ts";
const lake = await openMemoryLake();
for (const x of (process.argv[2]??"").split(";").filter(Boolean)) await lake.engine.connection.run(x);
const orig = lake.engine.run; let n=0, ms=0;
(lake.engine as any).run = async (name: string, o: any) => { const t=performance.now(); try { return await orig(name,o);} finally { if (name==="merge_usage_events"){n++; ms+=performance.now()-t;} } };
const c0=process.cpuUsage(); const t=performance.now(); for (let s=1;s<40;s++) await simulate({seed:s,lake}); const c=process.cpuUsage(c0); console.log("wall per seed", ((performance.now()-t)/39).toFixed(1), "cpu", ((c.user+c.system)/39000).toFixed(1), "sys", (c.system/39000).toFixed(1), "merge", (ms/n).toFixed(1));
