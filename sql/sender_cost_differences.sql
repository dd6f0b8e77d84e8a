-- What senders believe their calls to have cost, beside what they are booked with, adjustments included. Voided calls
-- are left out; calls that are unpriced here are counted and not compared.
-- grain:  one row per source, provider and model, at most 1,000, the largest difference first
-- inputs: usage_events of the given dates
-- run by: the report of sender costs, and findings after a pipeline run
with calls as (
  select
    source, event_id,
    max(case when kind = 'usage' then provider end) as provider,
    max(case when kind = 'usage' then model end) as model,
    max(case when kind = 'usage' then sender_cost end) as sender_cost,
    sum(requests) as requests,
    sum(cost) as cost,
    sum(list_cost) as list_cost,
    sum(case when cost is null then requests else 0 end) as unpriced_requests
  from usage_events
  where usage_date in ({{dates}})
  group by source, event_id
),
compared as (
  select
    source, provider, model, sender_cost, cost, list_cost,
    case when cost is null or unpriced_requests > 0 then 1 else 0 end as is_unpriced
  from calls
  where sender_cost is not null and requests > 0
),
summed as (
  select
    source, provider, model,
    count(*) as events,
    sum(is_unpriced) as unpriced_events,
    sum(case when is_unpriced = 0 and cost <> sender_cost then 1 else 0 end) as differing_events,
    sum(case when is_unpriced = 0 then cost else cast(0 as decimal(38,12)) end) as our_cost,
    sum(case when is_unpriced = 0 then list_cost else cast(0 as decimal(38,12)) end) as list_cost,
    sum(case when is_unpriced = 0 then sender_cost else cast(0 as decimal(38,12)) end) as sender_cost
  from compared
  group by source, provider, model
)
select
  source, provider, model, events, unpriced_events, differing_events, our_cost, list_cost, sender_cost,
  sender_cost - our_cost as difference
from summed
order by abs(sender_cost - our_cost) desc, source, provider, model
limit 1000
