import { amountOf } from "./budget-amounts.ts";
import { allocatedTo, amountDates, childrenOf, sinceText } from "./budget-hierarchy.ts";
import type { Budget } from "./config.ts";
import type { FieldError } from "./field-error.ts";
import { formatUsd } from "./money.ts";
import { nearestName } from "./nearest-name.ts";
import { budgetsOverlap, outsideOf } from "./scope-relation.ts";

const quoted = (text: string | undefined) => JSON.stringify(text);

type ById = ReadonlyMap<string, Budget>;

/** Whether a budget is, over one or more steps, a part of itself. */
function isInCycle({ id, parent }: Budget, byId: ById): boolean {
  let above = parent;
  for (let steps = 0; steps < byId.size && above !== undefined; steps++) {
    if (above === id) return true;
    above = byId.get(above)?.parent;
  }
  return false;
}

function checkPart(budget: Budget, byId: ById, path: string): FieldError[] {
  if (budget.parent === undefined) return [];
  const parent = byId.get(budget.parent);
  if (parent === undefined) {
    const meant = nearestName(budget.parent, [...byId.keys()]);
    const hint = meant === undefined ? "" : `: did you mean ${quoted(meant)}?`;
    return [{ path: `${path}.parent`, found: quoted(budget.parent), wanted: `the id of a budget${hint}` }];
  }
  if (isInCycle(budget, byId)) {
    const wanted = "a budget that is no part of this one: the parents go round in a circle";
    return [{ path: `${path}.parent`, found: quoted(budget.parent), wanted }];
  }
  if (budget.period !== parent.period) {
    const wanted = `${parent.period}, the period of its parent ${quoted(parent.id)}`;
    return [{ path: `${path}.period`, found: quoted(budget.period), wanted }];
  }
  const outside = outsideOf(budget, parent);
  if (outside === undefined) return [];
  const wanted = `nothing that its parent ${quoted(parent.id)} leaves out: each value of ${outside} one of the parent's`;
  return [{ path: `${path}.${outside}`, found: `the scope of ${quoted(budget.id)}`, wanted }];
}

type PathOf = (budget: Budget) => string;

/** What one has spent would be counted of another too. */
function checkSiblings(children: readonly Budget[], pathOf: PathOf): FieldError[] {
  return children.flatMap((child, i): FieldError[] => {
    const twin = children.slice(0, i).find((other) => budgetsOverlap(child, other));
    if (twin === undefined) return [];
    const wanted = `a scope without spend of ${quoted(twin.id)}, which is a part of ${quoted(child.parent)} too: it would count twice`;
    return [{ path: `${pathOf(child)}.scope`, found: `the scope of ${quoted(child.id)}`, wanted }];
  });
}

/** On the first day on which the parts are more than the whole. */
function checkAllocated(parent: Budget, children: readonly Budget[], pathOf: PathOf): FieldError[] {
  const wrong = amountDates([parent, ...children]).find(
    (from) => allocatedTo(children, { from }) > amountOf(parent, { from }),
  );
  const last = children.at(-1);
  if (wrong === undefined || last === undefined) return [];
  const sum = formatUsd(allocatedTo(children, { from: wrong }));
  const found = `${sum} USD for ${children.map(({ id }) => id).join(", ")} together, ${sinceText(wrong)}`;
  const wanted = `at most ${formatUsd(amountOf(parent, { from: wrong }))} USD, the amount of their parent ${quoted(parent.id)} then`;
  return [{ path: `${pathOf(last)}.amount_usd`, found, wanted }];
}

/** Parts of budgets: of the same period, inside the whole, without what another part has, and no more money than it. */
export function checkParents(budgets: readonly Budget[]): FieldError[] {
  const byId: ById = new Map(budgets.map((budget) => [budget.id, budget]));
  const paths = new Map(budgets.map((budget, i) => [budget, `budgets[${i}]`]));
  const pathOf: PathOf = (budget) => paths.get(budget) ?? "budgets";
  const errors = budgets.flatMap((budget) => checkPart(budget, byId, pathOf(budget)));
  if (errors.length > 0) return errors;
  return [...childrenOf(budgets)].flatMap(([id, children]) => {
    const parent = byId.get(id);
    return [
      ...checkSiblings(children, pathOf),
      ...(parent === undefined ? [] : checkAllocated(parent, children, pathOf)),
    ];
  });
}
