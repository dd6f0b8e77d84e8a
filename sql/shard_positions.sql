-- How far the changes of each shard have come into some days: the newest of those that landed before a moment, and the
-- newest of those that landed since. Sequences are padded: as text they compare as numbers.
-- grain:  one row per usage_date and shard
-- inputs: usage_events of the given dates; ?, ?: the moment as 'YYYY-MM-DD hh:mm:ss.fff', twice
-- run by: the pipeline, before it repairs cells of these days
select
  usage_date, shard,
  max(case when side = 'before' then newest end) as last_before,
  max(case when side = 'since' then newest end) as last_since,
  max(imported) as imported
from (
  -- Athena takes a parameter in a where clause, and nowhere else.
  select usage_date, shard, 'before' as side, max(sequence) as newest, count_if(import_id <> '') as imported
  from usage_events
  where usage_date in ({{dates}}) and landed_at < cast(? as timestamp(6))
  group by usage_date, shard
  union all
  select usage_date, shard, 'since' as side, max(sequence) as newest, count_if(import_id <> '') as imported
  from usage_events
  where usage_date in ({{dates}}) and landed_at >= cast(? as timestamp(6))
  group by usage_date, shard
) as sides
group by usage_date, shard
order by usage_date, shard
