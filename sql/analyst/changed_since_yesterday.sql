-- What changed most from one day to the next: the latest day with usage against the day before, the 50 largest changes.
-- How to read it: the latest day is usually not over, so a fall there means little; a rise is a rise. A row with nothing
-- on the day before is new: a feature, a model or a team that began.
-- grain:  one row per team, feature, environment, provider and model
-- inputs: cost_daily of two days
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
compared as (
  select
    last_day, team, feature, environment, provider, model,
    sum(case when usage_date = last_day then requests else cast(0 as decimal(38,0)) end) as requests,
    sum(case when usage_date = last_day then cast(0 as decimal(38,0)) else requests end) as requests_before,
    sum(case when usage_date = last_day then cost else cast(0 as decimal(38,12)) end) as cost_usd,
    sum(case when usage_date = last_day then cast(0 as decimal(38,12)) else cost end) as cost_before_usd
  from cost_daily
  cross join days
  where usage_date >= date_add('day', -1, last_day) and usage_date <= last_day
  group by last_day, team, feature, environment, provider, model
)
select
  last_day, team, feature, environment, provider, model,
  requests, requests_before, cost_usd, cost_before_usd,
  cost_usd - cost_before_usd as change_usd
from compared
where cost_usd <> cost_before_usd or requests <> requests_before
order by abs(cost_usd - cost_before_usd) desc, team, feature, environment, provider, model
limit 50
