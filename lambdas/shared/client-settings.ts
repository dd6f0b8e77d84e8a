/** Of every client but DynamoDB's, whose adapters say what they need. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 10_000,
    // Without it the SDK only warns of a request that takes longer.
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 64 },
  },
} as const;
