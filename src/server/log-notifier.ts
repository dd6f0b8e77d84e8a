import type { Notifier } from "#app/ports/notifier.ts";
import type { FaultLog } from "./fault-log.ts";

/** On one machine the log is what people look at. */
export const logNotifier = (log: FaultLog): Notifier => ({
  notify: async ({ subject, text }) => log(subject, undefined, { text }),
});
