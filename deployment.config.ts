import { defineDeployment } from "#lib/deployment.ts";

/** What is deployed, and where. Every field and its default: docs/deploy.md. */
export default defineDeployment({
  region: "eu-central-1",
  alertEmails: [],
});
