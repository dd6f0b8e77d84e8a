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

/** Whether it was there to be killed. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // gone meanwhile
    throw error;
  }
}

/** kill -9 to all of a function's workers; how many there were. */
export function killWorkers(emulatorPid: number, functionName: string): number {
  return workersOf(emulatorPid, functionName).filter(kill).length;
}
