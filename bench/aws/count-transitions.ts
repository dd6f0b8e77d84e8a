interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly ItemProcessor?: Machine;
}

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Walked {
  readonly transitions: number;
  /** Statements that Athena runs. */
  readonly queries: number;
  /** Invocations of functions. */
  readonly invocations: number;
}

const statesMax = 1_000;

/**
 * What an execution goes through when nothing fails: each state that is entered is a transition. `chooses` says whether
 * the choice of this name goes its own way and not by its default; a Map goes once round.
 */
export function walk(machine: Machine, chooses: (choice: string) => boolean): Walked {
  let [transitions, queries, invocations] = [0, 0, 0];
  let at: string | undefined = machine.StartAt;
  while (at !== undefined) {
    const state: State | undefined = machine.States[at];
    if (state === undefined) throw new Error(`there is no state ${at}`);
    transitions++;
    if (transitions > statesMax) throw new Error("the machine does not end");
    const resource = (state as { readonly Resource?: string }).Resource ?? "";
    if (resource.includes("startQueryExecution")) queries++;
    if (resource.includes("lambda:invoke")) invocations++;
    if (state.ItemProcessor) {
      const inner = walk(state.ItemProcessor, chooses);
      transitions += inner.transitions;
      queries += inner.queries;
      invocations += inner.invocations;
    }
    const chosen: boolean = state.Type === "Choice" && chooses(at);
    at = chosen ? state.Choices?.[0]?.Next : (state.Next ?? state.Default);
  }
  return { transitions, queries, invocations };
}
