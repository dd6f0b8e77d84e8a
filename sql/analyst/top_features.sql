-- What costs most: the 25 features that cost most in the last 30 days with usage.
-- How to read it: share_percent is the part of all spend of these days. A feature named 'unallocated' is spend that no
-- sender attributed. cost_per_request_usd is rounded; cost_usd is exact.
-- grain:  one row per feature
-- inputs: cost_daily of 30 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
features as (
  select
    feature,
    sum(requests) as requests,
    sum(cost) as cost_usd
  from cost_daily
  cross join days
  where usage_date > date_add('day', -30, last_day) and usage_date <= last_day
  group by feature
)
select
  feature,
  requests,
  cost_usd,
  round(100e0 * cast(cost_usd as double) / nullif(cast(sum(cost_usd) over () as double), 0e0), 2) as share_percent,
  round(cast(cost_usd as double) / nullif(cast(requests as double), 0e0), 6) as cost_per_request_usd
from features
order by cost_usd desc, feature
limit 25
