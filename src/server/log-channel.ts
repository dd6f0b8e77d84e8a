import type { AlertChannel } from "#app/ports/alert-channel.ts";
import { alertLink, alertText } from "#core/alert-text.ts";
import type { FaultLog } from "./fault-log.ts";

/**
 * On one machine the log is what people look at; the inbox is the list of alerts.
 *
 * @param baseUrl of this server, as people reach it
 */
export const logChannel = (log: FaultLog, baseUrl: string): AlertChannel => ({
  publish: async (alert) =>
    log(alert.title, undefined, { alert: alert.id, text: alertText(alert, alertLink(baseUrl, alert)) }),
});
