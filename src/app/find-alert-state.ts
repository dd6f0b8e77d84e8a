import type { AlertState } from "#core/alert.ts";
import { alertHandle } from "#core/alert-handle.ts";

/** The states that `id` means: a handle, the beginning of one, or a whole id. More than one where it is too short. */
export function statesCalled(id: string, states: readonly AlertState[]): readonly AlertState[] {
  const exact = states.filter((state) => state.id === id);
  if (exact.length > 0) return exact;
  const handle = id.toLowerCase();
  return states.filter((state) => alertHandle(state.id).startsWith(handle));
}
