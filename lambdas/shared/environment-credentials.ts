import { env } from "./env.ts";

/**
 * What bundles have in place of the SDK's chain of credential providers: Lambda puts the credentials of the execution
 * role into the environment, and nowhere else.
 */
export const defaultProvider = () => async () => {
  const sessionToken = process.env.AWS_SESSION_TOKEN;
  return {
    accessKeyId: env("AWS_ACCESS_KEY_ID"),
    secretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken && { sessionToken }),
  };
};
