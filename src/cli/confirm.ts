import { usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** Goes on when somebody says yes. @throws when they do not, or nobody is there to ask */
export async function confirm(question: string, terminal: Terminal): Promise<void> {
  const answer = await terminal.ask(`${question} (yes/no) `);
  if (answer === undefined) throw usageFailure("nobody is there to confirm", "look at the plan, then add --yes");
  if (!/^y(es)?$/i.test(answer.trim())) throw usageFailure("not confirmed: nothing has changed");
}
