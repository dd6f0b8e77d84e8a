import type { Post } from "./post.ts";
import type { Report } from "./problem.ts";
import type { Attribution, Context, Meters, Tags } from "./usage-event.ts";

/** A call that somebody is about to make. */
export interface AuthorizeRequest {
  readonly provider: string;
  readonly model: string;
  readonly attribution?: Attribution | undefined;
  readonly tags?: Tags | undefined;
  readonly source?: string | undefined;
  readonly service_tier?: string | undefined;
  readonly speed?: "standard" | "fast" | undefined;
  readonly serving_location?: string | undefined;
  readonly expected_input_tokens?: number | undefined;
  readonly expected_output_tokens?: number | undefined;
  /** In place of the two. */
  readonly expected_meters?: Meters | undefined;
}

/** The server's answer; where there was none, what `whenUnreachable` says, and nothing but that is known. */
export interface Authorization {
  readonly decision: "allow" | "deny";
  readonly reasons: readonly {
    readonly effect: "deny" | "warn";
    readonly code: string;
    readonly text: string;
    readonly policy?: string;
    readonly budget?: string;
  }[];
  /** USD, a decimal string; null when nothing was expected, or it has no price. */
  readonly estimated_cost_usd?: string | null;
  readonly policy_status?: string;
  readonly cheapest_approved?: {
    readonly provider: string;
    readonly model: string;
    readonly estimated_cost_usd: string;
    readonly saving_usd: string | null;
  } | null;
  /** No answer from the server in time. */
  readonly unreachable?: true;
}

export interface AuthorizeDeps {
  readonly post: Post;
  readonly report: Report;
  readonly whenUnreachable: "allow" | "deny";
  readonly msMax: number;
}

export function makeAuthorize({ post, report, whenUnreachable, msMax }: AuthorizeDeps) {
  return async (asked: AuthorizeRequest, { tags, ...attribution }: Context): Promise<Authorization> => {
    const question = JSON.stringify({ ...asked, attribution, tags });
    const { status, body, message: text } = await post("/v1/authorize", question, msMax);
    if (status === 200) return body as Authorization;
    report({ code: "unreachable", message: text });
    const effect = whenUnreachable === "deny" ? "deny" : "warn";
    return { decision: whenUnreachable, reasons: [{ effect, code: "unreachable", text }], unreachable: true };
  };
}
