import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/**
 * Of every DynamoDB client here. The SDK alone sends a call again that failed as a whole: it keeps the token of a
 * transaction, and a budget that ends retries in a long outage. The adapters send again only what an answered call did
 * not take. So the attempts of both do not multiply, and a call ends within about 7 seconds.
 */
export const dynamoSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    // Without it the SDK only warns of a request that takes longer.
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 64 },
  },
} as const satisfies DynamoDBClientConfig;
