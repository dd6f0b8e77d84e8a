const baseMs = 25;
const capMs = 1_000;

/**
 * Waits before sending again what DynamoDB answered but did not take: a throttled statement, unprocessed keys, a
 * transaction that lost against another. Full jitter: any time from none to the bound, which doubles, so that those who
 * collided do not meet again. Calls that fail as a whole are sent again by the SDK, not here.
 *
 * @param attempt 1 before the second attempt
 */
export function pause(attempt: number, random: () => number = Math.random): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, random() * Math.min(capMs, baseMs * 2 ** attempt));
  });
}
