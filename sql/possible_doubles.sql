-- Calls that were reported more than once under the same id of the provider's, by several sources or by several events
-- of one, as they stand: voided ones are not. Senders may name the provider differently: azure.ai.openai, openai. A short
-- id is one that somebody has made up, and may stand for many calls.
-- grain:  one row per source and event of such a call, at most 5,000
-- inputs: usage_events of the given dates; ?: the id after which to begin
-- run by: findings after a pipeline run, and the list of possible doubles
with standing as (
  select
    response_id, source, event_id,
    max(provider) as provider,
    min(usage_date) as usage_date,
    min(received_at) as received_at,
    sum(requests) as requests,
    sum(coalesce(cost, cast(0 as decimal(38,12)))) as cost
  from usage_events
  where usage_date in ({{dates}}) and length(response_id) >= 8 and response_id > ?
  group by response_id, source, event_id
),
doubled as (
  select response_id
  from standing
  where requests > 0
  group by response_id
  having count(*) > 1
)
select
  s.provider, s.response_id, s.source, s.event_id, s.usage_date, s.received_at, s.requests, s.cost
from standing as s
join doubled as d
on s.response_id = d.response_id
where s.requests > 0
order by s.response_id, s.received_at, s.source, s.event_id
limit 5000
