import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";
import { deploymentTag } from "./deployment-tag.ts";

/**
 * What the deployment itself costs, by its tag. AWS counts by a tag only from the day on which somebody has activated it
 * as a cost allocation tag: until then the budget stays at zero.
 */
export class OwnBudget extends Construct {
  constructor(scope: Construct, id: string, deployment: Deployment, topic: Topic) {
    super(scope, id);
    const subscribers = [{ subscriptionType: "SNS", address: topic.topicArn }];
    const notify = (notificationType: "ACTUAL" | "FORECASTED") => ({
      notification: {
        notificationType,
        comparisonOperator: "GREATER_THAN",
        threshold: 100,
        thresholdType: "PERCENTAGE",
      },
      subscribers,
    });
    new CfnBudget(this, "Budget", {
      budget: {
        budgetName: `${deployment.name}-own-cost`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: deployment.ownCostMonthlyUsd, unit: "USD" },
        costFilters: { TagKeyValue: [`user:${deploymentTag}$${deployment.name}`] },
      },
      notificationsWithSubscribers: [notify("ACTUAL"), notify("FORECASTED")],
    });
  }
}
