import type { IngestResult } from "#app/ingest.ts";
import { eventKey } from "#core/event-key.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { costOfEvent, placeOfEvent } from "./company.ts";

/** What the system said, or holds, is not what it must. */
class Violation extends Error {}

export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

/** One identity, and what the senders know of it. */
interface Known {
  /** Every content that was ever sent under it, whether or not an answer came back. */
  readonly sent: UsageEvent[];
  /** The content that the ledger said it has taken; what the lake keeps of landed ones is told by the lake. */
  taken: UsageEvent | undefined;
  /** Somebody was told that an event of this identity is in. */
  acknowledged: boolean;
  /** What stands in the event's place after its adjustments: an event, or nothing when it was voided. */
  standing: UsageEvent | null | undefined;
}

export interface Sums {
  readonly cost: bigint;
  readonly requests: bigint;
}

const contentOf = (event: UsageEvent) => JSON.stringify([event.time, event.model, event.requests, event.quantities]);
const sameContent = (a: UsageEvent, b: UsageEvent) => contentOf(a) === contentOf(b);
export const keyOf = (event: UsageEvent) => eventKey(event.source, event.id);

/** What must be true: plain maps, no line of the code under test but its types. */
export class Model {
  readonly identities = new Map<string, Known>();

  sending(event: UsageEvent): Known {
    const key = keyOf(event);
    const known = this.identities.get(key) ?? {
      sent: [],
      taken: undefined,
      acknowledged: false,
      standing: undefined,
    };
    this.identities.set(key, known);
    if (!known.sent.some((sent) => sameContent(sent, event))) known.sent.push(event);
    return known;
  }

  /** The ledger's answer to one event. True when it is settled: no need to send it again. */
  answered(event: UsageEvent, { status, cost }: IngestResult): boolean {
    const known = this.sending(event);
    const name = keyOf(event);
    switch (status) {
      case "unavailable":
        return false;
      case "accepted":
      case "quarantined":
        demand(known.taken === undefined, `${name} was taken twice`);
        demand(cost === costOfEvent(event), `${name} costs ${costOfEvent(event)}, answered ${cost}`);
        this.take(known, event);
        return true;
      case "duplicate":
        demand(known.taken === undefined || sameContent(known.taken, event), `${name}: a conflict passed as duplicate`);
        this.take(known, known.taken ?? event);
        return true;
      case "conflict": {
        demand(
          known.taken === undefined || !sameContent(known.taken, event),
          `${name}: a duplicate passed as conflict`,
        );
        const others = known.sent.filter((sent) => !sameContent(sent, event));
        demand(others.length > 0, `${name} conflicts with nothing that was sent`);
        if (others.length === 1) this.take(known, known.taken ?? (others[0] as UsageEvent));
        return true;
      }
      case "rejected":
        throw new Violation(`${name} was rejected`);
      default:
        return status satisfies never;
    }
  }

  private take(known: Known, event: UsageEvent): void {
    known.taken = event;
    known.acknowledged = true;
    if (known.standing === undefined) known.standing = event;
  }

  /** An event that was written to the landing: it is in; which content, where several were sent, the lake tells. */
  landed(event: UsageEvent, { status, cost }: IngestResult): boolean {
    if (status === "unavailable") return false;
    demand(status === "accepted" || status === "quarantined", `${keyOf(event)} was not landed: ${status}`);
    demand(cost === costOfEvent(event), `${keyOf(event)} costs ${costOfEvent(event)}, answered ${cost}`);
    this.sending(event).acknowledged = true;
    return true;
  }

  /** What the lake has kept of an identity of which the ledger told nothing. */
  foundInLake(key: string, cost: bigint | null): void {
    const known = this.identities.get(key);
    demand(known !== undefined, `the lake has ${key}, which nobody sent`);
    if (known.taken) return;
    const kept = known.sent.find((sent) => costOfEvent(sent) === cost);
    demand(kept !== undefined, `the lake has ${key} with the cost ${cost}, which nobody sent`);
    this.take(known, kept);
  }

  /** Exact sums by day and place, of what stands after all adjustments. */
  sums(): Map<string, Sums> {
    const sums = new Map<string, Sums>();
    for (const { standing } of this.identities.values()) {
      if (!standing) continue;
      const place = placeOfEvent(standing);
      const known = sums.get(place) ?? { cost: 0n, requests: 0n };
      sums.set(place, {
        cost: known.cost + (costOfEvent(standing) ?? 0n),
        requests: known.requests + BigInt(standing.requests),
      });
    }
    return sums;
  }
}
