import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";

/** Addresses that get no alert yet: their owner has not followed the link in the mail of AWS. */
export async function unconfirmedEmails(region: string, topicArn: string): Promise<string[]> {
  const client = new SNSClient({ region });
  try {
    const pending: string[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
      for (const { Protocol, SubscriptionArn, Endpoint } of Subscriptions) {
        if (Protocol === "email" && SubscriptionArn === "PendingConfirmation" && Endpoint) pending.push(Endpoint);
      }
    }
    return pending;
  } finally {
    client.destroy();
  }
}
