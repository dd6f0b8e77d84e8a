-- The days on which an erased customer still stands: in entries received before the erasure, or in sums that were made
-- before their entries forgot the customer.
-- grain:  one row per usage_date
-- inputs: erasures; customer_daily; usage_events of the days on which customer_daily has an erased customer
-- run by: the pipeline, while an erasure waits
with erased as (
  select customer_hash, max(erased_at) as erased_at from erasures group by customer_hash
),
summed as (
  select c.usage_date, c.customer_id, sum(c.entries) as entries
  from customer_daily as c
  join erased as x on x.customer_hash = lower(to_hex(sha256(to_utf8(c.customer_id))))
  group by c.usage_date, c.customer_id
),
firsts as (
  select source, event_id, min(received_at) as received_at
  from usage_events
  where kind = 'usage' and usage_date in (select usage_date from summed)
  group by source, event_id
),
kept as (
  select
    u.usage_date, u.customer_id,
    cast(count(*) as decimal(38,0)) as entries,
    count_if(coalesce(f.received_at, u.received_at) <= x.erased_at) as to_erase
  from usage_events as u
  join erased as x on x.customer_hash = lower(to_hex(sha256(to_utf8(u.customer_id))))
  left join firsts as f on f.source = u.source and f.event_id = u.event_id
  where u.usage_date in (select usage_date from summed)
  group by u.usage_date, u.customer_id
)
select distinct s.usage_date
from summed as s
left join kept as k on k.usage_date = s.usage_date and k.customer_id = s.customer_id
where k.entries is null or k.entries <> s.entries or k.to_erase > 0
order by s.usage_date
