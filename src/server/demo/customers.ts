import { seededRandom } from "./seeded-random.ts";
import type { Segment, Workload } from "./workloads.ts";

/** One customer's use of one feature at the demo company. Days are counted as those of a workload. */
interface Customer {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  /** How often it calls and how much at a time, as against the others of its segment. */
  readonly size: number;
}

/** The part of an event's calls that one customer made: `size` of the sum of all parts' sizes. */
export interface CustomerPart {
  readonly id: string;
  readonly size: number;
}

/** The customers of a region and tier: so many when the history begins, and one more every few days for 180 days. */
const signUps: Readonly<Record<string, { readonly atFirst: number; readonly everyDays: number }>> = {
  "eu-enterprise": { atFirst: 8, everyDays: 45 },
  "us-enterprise": { atFirst: 7, everyDays: 45 },
  "apac-enterprise": { atFirst: 3, everyDays: 90 },
  "eu-pro": { atFirst: 18, everyDays: 24 },
  "us-pro": { atFirst: 24, everyDays: 18 },
  "us-free": { atFirst: 60, everyDays: 5 },
  "apac-free": { atFirst: 30, everyDays: 10 },
};

/** Small customers come many to an event. */
const partsByTier: Readonly<Record<string, number>> = { enterprise: 2, pro: 2, free: 4 };

/** Two who pay as their peers do and use far more. */
const heavyUsers: ReadonlySet<string> = new Set(["cust-us-pro-005", "cust-us-free-012"]);

const historyBegins = -90;
const growthDays = 180;
/** The share of a segment's customers that use a given feature, and of those that leave again. */
const featureShare = 0.75;
const leavingShare = 0.15;
/** A new feature is taken up by one customer after the other over so many days. */
const takeUpDays = 110;
/** Fewer calls are all one customer's: each part of more has at least one. */
const callsToDivide = 1_000;

/** The first customer of a segment uses every feature from its first day on: each call has one to name. */
function customerOf(workload: Workload, pool: string, number: number): Customer | undefined {
  const { atFirst = 0, everyDays = 1 } = signUps[pool] ?? {};
  const id = `cust-${pool}-${`${number + 1}`.padStart(3, "0")}`;
  const random = seededRandom(`${id}/${workload.feature}`);
  const heavy = heavyUsers.has(id);
  const loyal = heavy || number === 0;
  if (random() >= featureShare && !loyal) return undefined;
  const joined = number < atFirst ? historyBegins : historyBegins + (number - atFirst + 1) * everyDays;
  const tookUp =
    workload.launchDay === undefined
      ? joined
      : workload.launchDay + Math.floor(random() * takeUpDays * Math.min(number, 1));
  const from = Math.max(joined, tookUp);
  const leaves = random() < leavingShare && !loyal;
  return {
    ...{ id, from, until: leaves ? from + 20 + Math.floor(random() * 120) : Number.POSITIVE_INFINITY },
    size: heavy ? 1_000 : Math.round(1_000 / (number + 3)),
  };
}

function activeOn(workload: Workload, { region, customer_tier }: Segment, day: number): Customer[] {
  const pool = `${region}-${customer_tier}`;
  const { atFirst = 0, everyDays = 1 } = signUps[pool] ?? {};
  const count = atFirst + Math.floor(growthDays / everyDays);
  return Array.from({ length: count }, (_, number) => customerOf(workload, pool, number)).flatMap((customer) =>
    customer !== undefined && customer.from <= day && day < customer.until ? [customer] : [],
  );
}

/**
 * The customers that made an event's calls; none where the calls were not made for customers. Their number grows slower
 * than the calls do, so both adoption and use per customer grow.
 */
export function customersOf(
  workload: Workload,
  { segment, day, calls }: { readonly segment: Segment | undefined; readonly day: number; readonly calls: number },
  random: () => number,
): readonly CustomerPart[] {
  if (!segment || workload.environment !== "production" || workload.purpose !== undefined) return [];
  const left = activeOn(workload, segment, day);
  const parts: CustomerPart[] = [];
  const most = calls < callsToDivide ? 1 : (partsByTier[segment.customer_tier] ?? 1);
  while (parts.length < most && left.length > 0) {
    let place = random() * left.reduce((sum, customer) => sum + customer.size, 0);
    const drawn = left.findIndex(({ size }) => {
      place -= size;
      return place < 0;
    });
    parts.push(...left.splice(drawn, 1));
  }
  return parts;
}
