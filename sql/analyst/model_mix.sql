-- Which models are used, for how much, and how that moved: the last 30 days with usage against the 30 before.
-- How to read it: share_percent is the model's part of all spend, before_percent what it was; a model that only has one
-- of them came or went. Batch and standard of one model are rows of their own.
-- grain:  one row per provider, model and service_tier
-- inputs: cost_daily of 60 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
models as (
  select
    provider, model, service_tier,
    sum(case when usage_date > date_add('day', -30, last_day) then requests else cast(0 as decimal(38,0)) end) as requests,
    sum(case when usage_date > date_add('day', -30, last_day) then cost else cast(0 as decimal(38,12)) end) as cost_usd,
    sum(case when usage_date > date_add('day', -30, last_day) then cast(0 as decimal(38,12)) else cost end) as cost_before_usd
  from cost_daily
  cross join days
  where usage_date > date_add('day', -60, last_day) and usage_date <= last_day
  group by provider, model, service_tier
)
select
  provider, model, service_tier, requests, cost_usd, cost_before_usd,
  round(100e0 * cast(cost_usd as double) / nullif(cast(sum(cost_usd) over () as double), 0e0), 2) as share_percent,
  round(
    100e0 * cast(cost_before_usd as double) / nullif(cast(sum(cost_before_usd) over () as double), 0e0), 2
  ) as before_percent
from models
order by cost_usd desc, cost_before_usd desc, provider, model, service_tier
