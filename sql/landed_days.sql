-- The days that landed rows belong to, with the number of their entries in each table. Entries are only ever added:
-- where the numbers differ the rollup is behind, whether or not the run that merged them lived to say so.
-- grain:  one row per usage_date
-- inputs: usage_landing from the given hour on; those days of usage_events, cost_daily, customer_daily
-- run by: the pipeline, after the merge
with days as (
  select distinct usage_date from usage_landing where landed_hour >= {{from_hour}}
),
counted as (
  select usage_date, count(*) as merged, cast(0 as decimal(38,0)) as in_cost_daily, cast(0 as decimal(38,0)) as in_customer_daily
  from usage_events
  where usage_date in (select usage_date from days)
  group by usage_date
  union all
  select usage_date, 0 as merged, sum(entries) as in_cost_daily, cast(0 as decimal(38,0)) as in_customer_daily
  from cost_daily
  where usage_date in (select usage_date from days)
  group by usage_date
  union all
  select usage_date, 0 as merged, cast(0 as decimal(38,0)) as in_cost_daily, sum(entries) as in_customer_daily
  from customer_daily
  where usage_date in (select usage_date from days)
  group by usage_date
)
select
  usage_date,
  sum(cast(merged as decimal(38,0))) as merged,
  sum(in_cost_daily) as in_cost_daily,
  sum(in_customer_daily) as in_customer_daily
from counted
group by usage_date
order by usage_date
