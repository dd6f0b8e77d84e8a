interface Meaning {
  readonly pattern: RegExp;
  readonly says: string;
}

/** What AWS and CDK say, and what it means here. The first that fits. */
const meanings: readonly Meaning[] = [
  {
    // Since CloudFormation looks before it makes anything, it names a check and not what it has found.
    pattern: /already exists|EarlyValidation::ResourceExistenceCheck|Validation failed with \d+ error/i,
    says: `Something with this name is there already: an earlier deployment of the same name has kept its data.
  To take it over, with its data:  npm run deploy -- --adopt
  To start beside it:              another "name" in deployment.config.ts`,
  },
  {
    pattern:
      /bootstrap stack version|SSM parameter \/cdk-bootstrap|has not been bootstrapped|is not bootstrapped|cdk bootstrap/i,
    says: "This account and region have not been prepared for CDK. Once per account and region:\n  npx cdk bootstrap aws://ACCOUNT/REGION",
  },
  {
    pattern: /Need to perform AWS calls for account (\d+), but the current credentials are for (\d+)/,
    says: 'The credentials belong to another account than "account" in deployment.config.ts. Set AWS_PROFILE, or change it.',
  },
  {
    pattern:
      /Unable to resolve AWS account|no credentials have been configured|Could not load credentials|ExpiredToken|security token included in the request is (invalid|expired)/i,
    says: "There are no valid AWS credentials. `aws sts get-caller-identity` must answer; set AWS_PROFILE or sign in again.",
  },
  {
    pattern:
      /UnrecognizedClientException|not subscribed|region .* is not enabled|OptInRequired|could not be found in region/i,
    says: 'The region in deployment.config.ts is not enabled in this account, or is not the one that was meant: see "region".',
  },
  {
    pattern: /UnreservedConcurrentExecution/,
    says: `The account's quota of concurrent Lambda executions leaves nothing to reserve (a new account has 10).
  Set reservedConcurrency: "none" in deployment.config.ts, or ask for a quota of 1,000 in Service Quotas.`,
  },
  {
    pattern: /DeletionProtection|deletion protection/i,
    says: "A table is protected from deletion, as it should be. To delete a deployment with its data: npm run destroy -- --delete-data",
  },
  {
    pattern: /BucketNotEmpty|bucket you tried to delete is not empty/i,
    says: "A bucket still has objects. To delete a deployment with its data: npm run destroy -- --delete-data",
  },
];

/** What to do about a failed command, when its output says something known. */
export function explainFailure(output: string): string | undefined {
  return meanings.find(({ pattern }) => pattern.test(output))?.says;
}
