import { addDays, dayMs, daysBetween, formatInstant, type Instant, startOfDay, type UsageDate } from "#core/time.ts";
import { type CallSize, drawCalls } from "./call-sizes.ts";
import { type CustomerPart, customersOf } from "./customers.ts";
import { seededRandom } from "./seeded-random.ts";
import { incident, type ModelChoice, type Workload, workloads } from "./workloads.ts";

/** The `source` of every demo event. */
const demoSource = "demo-company";
/** How much of the past the demo company has on the day of its first start. */
const demoHistoryDays = 90;

const slotsPerDay = 8;
const slotMs = dayMs / slotsPerDay;
const growthEndsOnDay = 90;

/** An event as it goes over the wire. */
export interface DemoEvent {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly provider: string;
  readonly model: string;
  readonly service_tier?: "batch";
  readonly requests: number;
  readonly meters: Readonly<Record<string, number>>;
  readonly attribution: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Compound growth by repeated multiplication: the same on every machine. 1 on day 0. */
function growth(dailyRate: number, day: number): number {
  let factor = 1;
  for (let i = 0; i < Math.min(Math.abs(day), growthEndsOnDay); i++) factor *= 1 + dailyRate;
  return day < 0 ? 1 / factor : factor;
}

function callsInSlot(workload: Workload, date: UsageDate, day: number, slot: number, random: () => number): number {
  if (workload.launchDay !== undefined && day < workload.launchDay) return 0;
  const weekday = new Date(startOfDay(date)).getUTCDay();
  const rhythm = weekday === 0 || weekday === 6 ? workload.weekend : 1;
  const hourShare = (workload.hours[slot] ?? 0) / workload.hours.reduce((sum, share) => sum + share, 0);
  const noise = 0.85 + 0.3 * random();
  return Math.round(workload.dailyCalls * growth(workload.dailyGrowth, day) * rhythm * hourShare * noise);
}

function segmentOf(workload: Workload, random: () => number): Workload["segments"][number] | undefined {
  let left = random() * workload.segments.reduce((sum, segment) => sum + segment.weight, 0);
  return workload.segments.find((segment) => {
    left -= segment.weight;
    return left < 0;
  });
}

function metersOf(workload: Workload, model: ModelChoice, size: CallSize): Record<string, number> {
  if (model.kind === "embedding") return { uncached_input_tokens: size.input };
  const cacheRead = Math.floor(size.input * (workload.cached ?? 0));
  const reasoning = Math.floor(size.output * (model.reasoning ?? 0));
  return {
    uncached_input_tokens: size.input - cacheRead,
    ...(cacheRead > 0 && { cache_read_tokens: cacheRead }),
    text_output_tokens: size.output - reasoning,
    ...(reasoning > 0 && { reasoning_tokens: reasoning }),
  };
}

/** Calls of one workload that go out as one event. */
interface CallGroup {
  readonly id: string;
  readonly workload: Workload;
  readonly day: number;
  readonly time: number;
  readonly calls: number;
}

/**
 * The event as one for each customer who made some of its calls: whole calls and tokens, which sum up to the event's,
 * and so do their costs.
 */
function divide(event: DemoEvent, customers: readonly CustomerPart[]): DemoEvent[] {
  const whole = customers.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  return customers.map(({ id, size }) => {
    const [begin, end] = [before, before + size];
    before = end;
    const part = (amount: number) => Math.floor((amount * end) / whole) - Math.floor((amount * begin) / whole);
    return {
      ...event,
      id: `${event.id}/${id}`,
      requests: part(event.requests),
      meters: Object.fromEntries(Object.entries(event.meters).map(([meter, amount]) => [meter, part(amount)])),
      attribution: { ...event.attribution, customer_id: id },
    };
  });
}

function eventsOf({ id, workload, day, time, calls }: CallGroup, random: () => number): readonly DemoEvent[] {
  const segment = segmentOf(workload, random);
  const model = workload.upgrade && day >= workload.upgrade.day ? workload.upgrade.to : workload.model;
  const event = {
    id,
    source: demoSource,
    time: formatInstant(time as Instant),
    provider: model.provider,
    model: model.name,
    ...(workload.serviceTier && { service_tier: workload.serviceTier }),
    requests: calls,
    meters: metersOf(workload, model, drawCalls(workload.profile, calls, random)),
    attribution: {
      team: workload.team,
      ...(workload.feature && { feature: workload.feature }),
      ...(workload.environment && { environment: workload.environment }),
      ...(workload.purpose && { purpose: workload.purpose }),
      ...(segment && { region: segment.region, customer_tier: segment.customer_tier }),
    },
    tags: { demo: "true" },
  };
  const customers = customersOf(workload, { segment, day, calls }, seededRandom(`${id}/customers`));
  return customers.length === 0 ? [event] : divide(event, customers);
}

function* incidentEvents(workload: Workload, date: UsageDate, day: number): Iterable<DemoEvent> {
  if (workload.name !== incident.workload || day !== incident.day) return;
  for (let hour = incident.fromHour; hour < incident.toHour; hour++) {
    const id = `${date}/${workload.name}/loop-${hour}`;
    const time = startOfDay(date) + (hour * 60 + 30) * 60_000;
    yield* eventsOf({ id, workload, day, time, calls: incident.callsPerHour }, seededRandom(id));
  }
}

function* eventsOfDay(date: UsageDate, day: number): Iterable<DemoEvent> {
  for (const workload of workloads) {
    for (let slot = 0; slot < slotsPerDay; slot++) {
      const id = `${date}/${workload.name}/${slot}`;
      const random = seededRandom(id);
      const calls = callsInSlot(workload, date, day, slot, random);
      const time = startOfDay(date) + slot * slotMs + Math.floor(random() * slotMs);
      if (calls > 0) yield* eventsOf({ id, workload, day, time, calls }, random);
    }
    yield* incidentEvents(workload, date, day);
  }
}

/**
 * What the demo company has sent by `now`, oldest day first: 90 days before its first start, the day itself, and every
 * day since, from `from` on. An event depends on its id and on `firstDay` alone, so a later call gives the same events
 * and those that have been added.
 */
export function* demoEvents(firstDay: UsageDate, now: Instant, from?: UsageDate): Iterable<DemoEvent> {
  for (let date = from ?? addDays(firstDay, -demoHistoryDays); startOfDay(date) <= now; date = addDays(date, 1)) {
    for (const event of eventsOfDay(date, daysBetween(firstDay, date))) {
      if (Date.parse(event.time) <= now) yield event;
    }
  }
}
