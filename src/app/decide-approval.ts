import type { Approval, ApprovalStatus } from "#core/approval.ts";
import type { Config, ModelPolicy } from "#core/config.ts";
import { configChanges } from "#core/config-changes.ts";
import type { Instant } from "#core/time.ts";
import { approvalAudit } from "./approval-audit.ts";
import type { Caller } from "./caller.ts";
import type { ApprovalStore, StoredApproval } from "./ports/approvals.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { KeyStore } from "./ports/keys.ts";
import { configAudit, type Occasion } from "./propose-config.ts";
import { withPolicy } from "./request-approval.ts";

export interface DecideApprovalDeps {
  readonly approvals: ApprovalStore;
  readonly config: ConfigStore;
  readonly keys: Pick<KeyStore, "list">;
  readonly clock: () => Instant;
}

export type Decision = "review" | "approve" | "reject";

export type DecidedApproval =
  | { readonly status: "done"; readonly approval: Approval }
  | { readonly status: "unknown" }
  /** The sentence says why. */
  | { readonly status: "refused"; readonly why: string };

const attemptsMax = 5;

/** Undecided past its time, an approval is expired: nothing has to happen for that. */
export function statusAt({ status, expiresAt }: Approval, now: Instant): ApprovalStatus {
  const isOpen = status === "requested" || status === "reviewed";
  return isOpen && now >= expiresAt ? "expired" : status;
}

/**
 * Keys of one name, however it is written, belong to one person: a key that was rotated keeps its name, so that rotating
 * makes nobody two. The admin key of a machine is one person too.
 */
async function isSamePerson(keys: Pick<KeyStore, "list">, a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  const nameOf = new Map((await keys.list()).map(({ id, name }) => [id, name.trim().toLowerCase()]));
  const name = nameOf.get(a);
  return name !== undefined && name === nameOf.get(b);
}

function decided(approval: Approval, decision: Decision, { at, by, reason: note }: Occasion): Approval {
  if (decision === "review") {
    return { ...approval, status: "reviewed", reviews: [...approval.reviews, { by, at, note }] };
  }
  const status = decision === "approve" ? "approved" : "rejected";
  return { ...approval, status, decidedBy: by, decidedAt: at, decisionNote: note };
}

/** Changes the config as it stands; changed so already, it changes nothing. The sentence says why it cannot be. */
async function changeConfig(
  store: ConfigStore,
  change: (config: Config) => Config,
  occasion: Occasion,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { config, revision } = await store.read();
    const wanted = change(config);
    const changes = configChanges(config, wanted);
    if (changes.length === 0) return undefined;
    const audits = changes.map((one) => configAudit(one, occasion));
    const replaced = await store.replace(revision, wanted, audits);
    if (replaced.status === "replaced") return undefined;
    if (replaced.status === "too_large")
      return `With this policy the config would be too large: ${replaced.what} has ${replaced.bytes} bytes, ${replaced.bytesMax} at most.`;
  }
  return "The config was changed by others again and again: try it once more.";
}

const policyIn = ({ policies }: Config, { policy }: Approval) => policies.list.find(({ id }) => id === policy.id);

/** As it was before the policy was made: without it, or with the one whose place it took. */
function withoutPolicy(config: Config, { policy }: Approval, before: ModelPolicy | undefined): Config {
  if (before !== undefined) return withPolicy(config, before);
  const list = config.policies.list.filter(({ id }) => id !== policy.id);
  return { ...config, policies: { ...config.policies, list } };
}

async function refusalOf(
  { keys, config }: DecideApprovalDeps,
  approval: Approval,
  decision: Decision,
  occasion: Occasion,
): Promise<string | undefined> {
  const status = statusAt(approval, occasion.at);
  if (status !== "requested" && status !== "reviewed")
    return `This approval is ${status}: nothing can be done about it.`;
  if (decision === "reject") {
    const { config: standing } = await config.read();
    if (configChanges(standing, withPolicy(standing, approval.policy)).length > 0) return undefined;
    return `Its policy ${approval.policy.id} holds already, as after an interrupted approval: approve it, or take the policy out first.`;
  }
  if (!(await isSamePerson(keys, approval.requestedBy, occasion.by))) return undefined;
  const act = decision === "approve" ? "approved" : "reviewed";
  return `It takes two persons: who has requested it cannot have it ${act}, nor can a key of the same name.`;
}

const AUDIT_ACTION = { review: "approval.review", approve: "approval.approve", reject: "approval.reject" } as const;

/** Undefined: somebody else has changed the approval meanwhile. */
async function decideOnce(
  { approvals, config }: DecideApprovalDeps,
  { approval, revision }: StoredApproval,
  decision: Decision,
  occasion: Occasion,
): Promise<DecidedApproval | undefined> {
  if (decision === "approve") {
    const because = { ...occasion, reason: `approval ${approval.id}` };
    const why = await changeConfig(config, (standing) => withPolicy(standing, approval.policy), because);
    if (why !== undefined) return { status: "refused", why };
  }
  const after = decided(approval, decision, occasion);
  const audit = approvalAudit(AUDIT_ACTION[decision], approval, after, occasion);
  return (await approvals.put(revision, after, audit)) ? { status: "done", approval: after } : undefined;
}

/**
 * Reviews, approves or rejects. An approval makes its policy first and is marked then: killed between the two and
 * approved again, it ends the same; meanwhile its policy holds, and it cannot be rejected. One that is rejected at the
 * same moment all the same takes its policy back.
 */
export const makeDecideApproval = (deps: DecideApprovalDeps) => {
  const { approvals, config, clock } = deps;
  return async (id: string, decision: Decision, note: string, caller: Caller): Promise<DecidedApproval> => {
    const occasion = { at: clock(), by: caller.keyId, reason: note };
    let takeBack = async (_why: string): Promise<unknown> => undefined;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const stored = await approvals.find(id);
      if (stored === undefined) return { status: "unknown" };
      const { approval } = stored;
      if (decision === "approve" && approval.status === "approved") return { status: "done", approval };
      const why = await refusalOf(deps, approval, decision, occasion);
      if (why !== undefined) {
        await takeBack(why);
        return { status: "refused", why };
      }
      const before = policyIn((await config.read()).config, approval);
      const result = await decideOnce(deps, stored, decision, occasion);
      if (result !== undefined) return result;
      if (decision === "approve" && attempt === 0) {
        takeBack = (reason) =>
          changeConfig(config, (standing) => withoutPolicy(standing, approval, before), { ...occasion, reason });
      }
    }
    return { status: "refused", why: "It was changed by others again and again: try it once more." };
  };
};
