import type { AlertState } from "#core/alert.ts";
import { alertHandle, HANDLE_LENGTH } from "#core/alert-handle.ts";
import type { AlertStore } from "./ports/alerts.ts";

/** The states that `id` means: a handle, the beginning of one, or a whole id. More than one where it is too short. */
export async function statesCalled(
  id: string,
  alerts: Pick<AlertStore, "state" | "called">,
): Promise<readonly AlertState[]> {
  const exact = await alerts.state(id);
  if (exact !== undefined) return [exact];
  return id.length > HANDLE_LENGTH ? [] : alerts.called(id.toLowerCase());
}

/** As `statesCalled`, but those that fire come before all others: what has ended hides none of them. */
export async function firingCalled(
  id: string,
  alerts: Pick<AlertStore, "state" | "called" | "firing">,
): Promise<readonly AlertState[]> {
  const firing = await alerts.firing();
  const exact = firing.filter((state) => state.id === id);
  const named = firing.filter((state) => alertHandle(state.id).startsWith(id.toLowerCase()));
  if (exact.length > 0) return exact;
  return named.length > 0 ? named : statesCalled(id, alerts);
}
