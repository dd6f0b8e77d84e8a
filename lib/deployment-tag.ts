/** On every resource: whose it is. */
export const deploymentTag = "ai-finops:deployment";
