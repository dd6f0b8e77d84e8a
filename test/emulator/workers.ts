import { readdirSync, readFileSync } from "node:fs";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // gone meanwhile
  }
}

/** The processes in which the emulator runs a function's invocations. */
function workersOf(emulatorPid: number, functionName: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => new RegExp(`^PPid:\\s+${emulatorPid}$`, "m").test(read(`/proc/${pid}/status`)))
    .filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`))
    .map(Number);
}

/** kill -9 to all of a function's workers; how many there were. */
export function killWorkers(emulatorPid: number, functionName: string): number {
  const workers = workersOf(emulatorPid, functionName);
  for (const pid of workers) process.kill(pid, "SIGKILL");
  return workers.length;
}
