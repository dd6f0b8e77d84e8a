-- Days whose totals differ between entries, cost_daily and customer_daily: there must be none.
-- grain:  one row per such usage_date
-- inputs: usage_events, cost_daily, customer_daily of the given dates
-- run by: the pipeline, after the rollups
with totals as (
  select
    usage_date, 'usage_events' as source, cast(count(*) as decimal(38,0)) as entries,
    coalesce(sum(cost), cast(0 as decimal(38,12))) as cost,
    coalesce(sum(list_cost), cast(0 as decimal(38,12))) as list_cost
  from usage_events
  where usage_date in ({{dates}})
  group by usage_date
  union all
  select usage_date, 'cost_daily' as source, sum(entries) as entries, sum(cost) as cost, sum(list_cost) as list_cost
  from cost_daily
  where usage_date in ({{dates}})
  group by usage_date
  union all
  select usage_date, 'customer_daily' as source, sum(entries) as entries, sum(cost) as cost, sum(list_cost) as list_cost
  from customer_daily
  where usage_date in ({{dates}})
  group by usage_date
)
select usage_date, count(*) as tables
from totals
group by usage_date
having count(*) < 3
  or min(entries) <> max(entries)
  or min(cost) <> max(cost)
  or min(list_cost) <> max(list_cost)
order by usage_date
limit 10
