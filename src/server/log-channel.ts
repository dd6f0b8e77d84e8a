import type { AlertChannel } from "#app/ports/alert-channel.ts";
import { alertLink } from "#core/alert-text.ts";
import { minuteText } from "#core/time.ts";

/**
 * On one machine people look at what the server prints: a line for each alert, which says where the rest of it is.
 *
 * @param baseUrl of this server, as people reach it
 */
export const logChannel = (print: (line: string) => void, baseUrl: string): AlertChannel => ({
  publish: async (alert) => {
    const title = alert.title.replace(/\s+/g, " ");
    print(`${minuteText(alert.at)}  ${alert.severity}  ${title} → ${alertLink(baseUrl, alert)}\n`);
  },
});
