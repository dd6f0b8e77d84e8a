import type { Alert, AlertState } from "./alert.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** The stored form, JSON text. */
export const encodeAlert = (alert: Alert): string => encodeDocument(alert);

export const decodeAlert = (text: string): Alert => decodeDocument(text) as unknown as Alert;

/** The stored form, JSON text. */
export const encodeAlertState = (state: AlertState): string => encodeDocument(state);

export const decodeAlertState = (text: string): AlertState => decodeDocument(text) as unknown as AlertState;
