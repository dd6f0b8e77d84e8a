import { describe, expect, test } from "vitest";
import type { AuditLog } from "#app/ports/audit.ts";
import type { AuditedDocuments } from "#app/ports/audited-documents.ts";
import type { AdoptionPlan } from "#core/adoption-plan.ts";
import type { Scenario } from "#core/scenario.ts";
import type { Instant, Month } from "#core/time.ts";
import { draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

export interface PlanningStores {
  readonly adoptionPlans: AuditedDocuments<AdoptionPlan>;
  readonly scenarios: AuditedDocuments<Scenario>;
  readonly audit: AuditLog;
}

const plan = (changed: Partial<AdoptionPlan> = {}): AdoptionPlan => ({
  ...{ id: "sales-2027", kind: "seats", setBy: "key_1", setAt: 1_000 as Instant },
  rows: [
    { feature: "assistant", month: "2027-01" as Month, customers: 400 },
    { feature: "assistant", month: "2027-02" as Month, customers: 440 },
  ],
  ...changed,
});

const scenario: Scenario = {
  ...{ id: "sales-2027", setBy: "key_2", setAt: 2_000 as Instant },
  changes: [
    { change: "adoption", feature: "assistant", from: "2027-01" as Month, percent: 12.5 },
    { change: "price", provider: "openai", model: "*", from: "2027-02" as Month, percent: -20 },
  ],
};

const set = draft({ action: "adoption_plan.set", subject: "adoption_plan/sales-2027" });
const removed = draft({ action: "adoption_plan.remove", subject: "adoption_plan/sales-2027" });

export const auditedDocumentsContract = (name: string, open: () => Promise<Opened<PlanningStores>>) =>
  describe(name, () => {
    test("a plan and a scenario of one id are two things, each found as it was put, with its audit entry", async () => {
      await using opened = await open();
      const { adoptionPlans, scenarios, audit } = opened.port;
      expect(await adoptionPlans.find("sales-2027")).toBeUndefined();
      expect(await adoptionPlans.put(0, plan(), set)).toBe(true);
      expect(await scenarios.find("sales-2027")).toBeUndefined();
      expect(await scenarios.put(0, scenario, draft({ action: "scenario.set" }))).toBe(true);
      expect(await adoptionPlans.find("sales-2027")).toEqual({ document: plan(), revision: 1 });
      expect(await scenarios.list()).toEqual([{ document: scenario, revision: 1 }]);
      expect(await audit.read(1, 10)).toMatchObject([set, { action: "scenario.set" }]);
    });

    test("a change of another revision is refused and leaves nothing", async () => {
      await using opened = await open();
      const { adoptionPlans, audit } = opened.port;
      const changed = plan({ kind: "signups" });
      expect(await adoptionPlans.put(1, changed, set)).toBe(false);
      expect(await adoptionPlans.remove(1, "sales-2027", removed)).toBe(false);
      await adoptionPlans.put(0, plan(), set);
      expect(await adoptionPlans.put(0, changed, set)).toBe(false);
      expect(await adoptionPlans.remove(2, "sales-2027", removed)).toBe(false);
      expect(await adoptionPlans.find("sales-2027")).toEqual({ document: plan(), revision: 1 });
      await expectWhole(audit, 1);
      expect(await adoptionPlans.put(1, changed, set)).toBe(true);
      expect(await adoptionPlans.find("sales-2027")).toEqual({ document: changed, revision: 2 });
    });

    test("what is removed is gone, can be made again, and its entries stay", async () => {
      await using opened = await open();
      const { adoptionPlans, audit } = opened.port;
      await adoptionPlans.put(0, plan(), set);
      expect(await adoptionPlans.remove(1, "sales-2027", removed)).toBe(true);
      expect(await adoptionPlans.find("sales-2027")).toBeUndefined();
      expect(await adoptionPlans.list()).toEqual([]);
      expect(await adoptionPlans.put(0, plan(), set)).toBe(true);
      await expectWhole(audit, 3);
    });

    test("plans are listed by id, also after a restart", async () => {
      await using opened = await open();
      for (const id of ["b", "c", "a"]) await opened.port.adoptionPlans.put(0, plan({ id }), set);
      const { adoptionPlans } = await opened.reopen();
      expect((await adoptionPlans.list()).map(({ document: { id } }) => id)).toEqual(["a", "b", "c"]);
    });
  });
