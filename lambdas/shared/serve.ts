import middy, { type MiddlewareObj } from "@middy/core";
import { type DispatchDeps, makeAnswer } from "#api/dispatch.ts";
import { problemOf, STATUS_OF } from "#api/refusal.ts";
import type { Table } from "#contract/route.ts";
import { withDeadline } from "./deadline.ts";
import { type GatewayEvent, type GatewayResult, incomingOf, resultOf } from "./gateway.ts";
import { logFault, withLog } from "./log.ts";

/** Whatever else goes wrong is answered in the form of the API's other problems, not in API Gateway's. */
const answerFaults: MiddlewareObj<GatewayEvent, GatewayResult> = {
  onError: (request) => {
    request.response = {
      statusCode: STATUS_OF.internal,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      body: JSON.stringify(
        problemOf({
          code: "internal",
          message: "A fault of the server: its log has the cause under this request id.",
          requestId: request.context.awsRequestId,
        }),
      ),
      isBase64Encoded: false,
    };
  },
};

/** The API over the routes of one function, as the target of an HTTP API (payload format 2.0). */
export function serve<T extends Table>(deps: Pick<DispatchDeps<T>, "table" | "handlers" | "authenticate">) {
  // Lambda gives a process one event at a time.
  let requestId = "";
  const answer = makeAnswer({
    ...deps,
    newRequestId: () => requestId,
    log: (fault) => logFault(`${fault.request} failed`, fault.error, { request_id: fault.requestId }),
  });
  return middy<GatewayEvent, GatewayResult>()
    .use(answerFaults)
    .use(withDeadline)
    .use(withLog())
    .handler(async (event) => {
      requestId = event.requestContext.requestId;
      return resultOf(await answer(incomingOf(event)), event);
    });
}
