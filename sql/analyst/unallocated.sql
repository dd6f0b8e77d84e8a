-- Spend of the last 30 days with usage that nobody can be asked about: which dimension is missing, and in whose usage.
-- How to read it: missing names the empty dimensions, so that the sender (by provider and model, or by what else is
-- filled) can be found and its key given a default. No rows: everything is attributed.
-- grain:  one row per combination of missing dimensions, team, feature, environment, provider and model
-- inputs: cost_daily of 30 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
marked as (
  select
    concat(
      case when team = 'unallocated' then 'team ' else '' end,
      case when feature = 'unallocated' then 'feature ' else '' end,
      case when environment = 'unallocated' then 'environment ' else '' end,
      case when region = 'unallocated' then 'region ' else '' end,
      case when customer_tier = 'unallocated' then 'customer_tier ' else '' end
    ) as missing,
    team, feature, environment, provider, model, usage_date, requests, cost
  from cost_daily
  cross join days
  where usage_date > date_add('day', -30, last_day) and usage_date <= last_day
)
select
  trim(missing) as missing, team, feature, environment, provider, model,
  min(usage_date) as first_day,
  max(usage_date) as last_day,
  sum(requests) as requests,
  sum(cost) as cost_usd
from marked
where missing <> ''
group by missing, team, feature, environment, provider, model
order by cost_usd desc, missing, team, feature, environment, provider, model
