-- Takes erased customers out of their entries: who they were, the tags, the provider's id of the answer. What is booked
-- stays. Covered is what was received before the erasure, and adjustments of such events whenever they came.
-- grain:  one row per key
-- inputs: erasures; usage_events of the given dates, at most 90
-- run by: the pipeline, before the rollups, while an erasure waits
merge into usage_events as t
using (
  select u.key
  from usage_events as u
  join (
    select customer_hash, max(erased_at) as erased_at from erasures group by customer_hash
  ) as x
  on x.customer_hash = lower(to_hex(sha256(to_utf8(u.customer_id))))
  left join (
    select source, event_id, min(received_at) as received_at
    from usage_events
    where kind = 'usage' and usage_date in ({{dates}})
    group by source, event_id
  ) as f
  on f.source = u.source and f.event_id = u.event_id
  where u.usage_date in ({{dates}}) and coalesce(f.received_at, u.received_at) <= x.erased_at
) as s
on t.key = s.key and t.usage_date in ({{dates}})
when matched then update set
  customer_id = 'erased',
  tags = cast(map() as map(varchar,varchar)),
  response_id = cast(null as varchar)
