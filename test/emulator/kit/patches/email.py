"""Mail to the email subscribers of a topic, by their filters: readable at GET /_ministack/ses/messages."""

import time

from ministack.services import ses, sns


def with_mail(fanout):
    def wrapped(topic_arn, message_id, message, subject, message_structure="", attributes=None, *rest, **options):
        topic = sns._topic_by_arn_any_scope(topic_arn) or {}
        for subscription in topic.get("subscriptions", []):
            if subscription.get("protocol") in ("email", "email-json"):
                text = sns._resolve_message_for_protocol(message, message_structure, "email")
                if not sns._matches_filter_policy(subscription, attributes or {}, text):
                    continue
                mail = {
                    "MessageId": message_id,
                    "Source": topic_arn,
                    "To": [subscription["endpoint"]],
                    "Subject": subject or "AWS Notification Message",
                    "BodyText": text,
                    "Type": "sns-email",
                    "Timestamp": time.time(),
                }
                ses._sent_emails_list().append(mail)
        return fanout(topic_arn, message_id, message, subject, message_structure, attributes, *rest, **options)

    return wrapped


def install():
    sns._fanout = with_mail(sns._fanout)
