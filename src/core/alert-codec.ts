import type { Alert, AlertState } from "./alert.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** What was stored before visibility was told apart from routing is seen as of the whole company. */
const unseen = { visibleTo: null };

/** The stored form, JSON text. */
export const encodeAlert = (alert: Alert): string => encodeDocument(alert);

export const decodeAlert = (text: string): Alert => ({ ...unseen, ...decodeDocument(text) }) as unknown as Alert;

/** The stored form, JSON text. */
export const encodeAlertState = (state: AlertState): string => encodeDocument(state);

export const decodeAlertState = (text: string): AlertState =>
  ({ ...unseen, ...decodeDocument(text) }) as unknown as AlertState;
