/** At this memory a function has one whole processor; below it has its share. */
const mibPerProcessor = 1_769;

/**
 * What a call waits for the network and the service, in a region, beyond the processor time measured here: assumed,
 * after what AWS and its users publish.
 */
export const WAIT_MS = { dynamo: 8, transaction: 20, s3Put: 60, athenaQuery: 3_000 } as const;

/**
 * What an invocation takes and is billed for. Of this machine's core and Lambda's arm64 one is assumed to be as fast as
 * the other.
 */
export function billedMs(memoryMiB: number, cpuMs: number, waitMs: number): number {
  return Math.ceil(cpuMs / Math.min(1, memoryMiB / mibPerProcessor) + waitMs);
}

export function gbSeconds(memoryMiB: number, cpuMs: number, waitMs: number): number {
  return (memoryMiB / 1_024) * (billedMs(memoryMiB, cpuMs, waitMs) / 1_000);
}
