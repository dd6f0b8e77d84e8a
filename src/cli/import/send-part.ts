import type { EventResult, SentEvent } from "#contract/events.ts";
import { refusal, type Session } from "../connection.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Part } from "./parts.ts";

const attemptsMax = 7;
const firstPauseMs = 250;

const isUnreachable = (error: unknown) => error instanceof Failure && error.exitCode === exitCodes.unreachable;

/** The results in the order of the part's events; a string when it is worth another attempt. */
async function attempt(session: Session, importId: string, part: string, events: SentEvent[]) {
  const reply = await session.client.importEvents({ query: { import_id: importId, part }, body: { events } });
  if ("results" in reply.body) {
    return reply.body.unavailable === 0 ? reply.body.results : `${reply.body.unavailable} events could not be taken`;
  }
  if (reply.status === 429 || reply.status === 503) return reply.body.error.message;
  throw refusal(reply.body);
}

/**
 * Sends until the server has answered for every event. The same part sent again counts once, so that a lost answer
 * does no harm.
 */
export async function sendPart(
  session: Session,
  importId: string,
  part: string,
  events: Part["events"],
): Promise<readonly EventResult[]> {
  if (events.length === 0) return [];
  // The server judges each event; what is no event comes back as rejected.
  const sent = events.map(({ event }) => event as SentEvent);
  let why = "";
  for (let i = 0; i < attemptsMax; i++) {
    if (i > 0) await session.terminal.sleep(firstPauseMs * 2 ** (i - 1));
    try {
      const outcome = await attempt(session, importId, part, sent);
      if (typeof outcome !== "string") return outcome;
      why = outcome;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      why = (error as Failure).message;
    }
  }
  const fix = "run the same command again when the server is up: it goes on where it stopped";
  throw new Failure(`given up after ${attemptsMax} attempts: ${why}`, { exitCode: exitCodes.unreachable, fix });
}
