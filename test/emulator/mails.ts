import type { Emulator } from "./emulator.ts";

export interface Mail {
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
}

/** What SNS has sent to an address, oldest first: kit/patches/email.py. */
export async function mailsTo({ endpoint }: Emulator, address: string): Promise<readonly Mail[]> {
  const reply = await fetch(`${endpoint}/_ministack/ses/messages`, { signal: AbortSignal.timeout(10_000) });
  const { messages } = (await reply.json()) as { messages: Readonly<Record<string, readonly Mail[]>> };
  const all = Object.values(messages).flat();
  return all.filter(({ To }) => To.includes(address));
}
