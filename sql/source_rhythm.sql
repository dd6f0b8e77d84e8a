-- When each source was last heard of, and the longest time between two hours in which it was.
-- grain:  one row per source that has sent live usage
-- inputs: usage_events of the given dates
-- run by: findings after a pipeline run
with heard as (
  select source, date_trunc('hour', received_at) as hour, max(received_at) as last_heard_at
  from usage_events
  where usage_date in ({{dates}}) and import_id = '' and kind = 'usage'
  group by source, date_trunc('hour', received_at)
),
gaps as (
  select
    source, hour, last_heard_at,
    date_diff('hour', lag(hour) over (partition by source order by hour), hour) as gap_hours
  from heard
)
select
  source,
  min(hour) as first_heard_at,
  max(last_heard_at) as last_heard_at,
  count(*) as hours_heard,
  max(gap_hours) as longest_gap_hours
from gaps
group by source
order by source
