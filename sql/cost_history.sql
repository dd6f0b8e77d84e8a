-- What each class, team and feature has cost, day by day; and each further dimension that is asked for, '' where it is not.
-- grain:  one row per usage_date, cost_class, team, feature and value of the further dimensions
-- inputs: cost_daily from first_day to last_day; a parameter: the further dimensions, each between commas (',model,region,')
-- run by: forecasts after a pipeline run, and their accuracy
select
  usage_date, cost_class, team, feature,
  environment, region, customer_tier, provider, model, service_tier, price_status, policy_status,
  sum(cost) as cost
from (
  select
    c.usage_date, c.cost_class, c.team, c.feature,
    case when asked.environment = 1 then c.environment else '' end as environment,
    case when asked.region = 1 then c.region else '' end as region,
    case when asked.customer_tier = 1 then c.customer_tier else '' end as customer_tier,
    case when asked.provider = 1 then c.provider else '' end as provider,
    case when asked.model = 1 then c.model else '' end as model,
    case when asked.service_tier = 1 then c.service_tier else '' end as service_tier,
    case when asked.price_status = 1 then c.price_status else '' end as price_status,
    case when asked.policy_status = 1 then c.policy_status else '' end as policy_status,
    c.cost
  from cost_daily as c
  cross join (
    select
      max(case when name = 'environment' then 1 else 0 end) as environment,
      max(case when name = 'region' then 1 else 0 end) as region,
      max(case when name = 'customer_tier' then 1 else 0 end) as customer_tier,
      max(case when name = 'provider' then 1 else 0 end) as provider,
      max(case when name = 'model' then 1 else 0 end) as model,
      max(case when name = 'service_tier' then 1 else 0 end) as service_tier,
      max(case when name = 'price_status' then 1 else 0 end) as price_status,
      max(case when name = 'policy_status' then 1 else 0 end) as policy_status
    from (
      values
        ('environment'), ('region'), ('customer_tier'), ('provider'), ('model'), ('service_tier'),
        ('price_status'), ('policy_status')
    ) as dimensions (name)
    where strpos(?, concat(',', name, ',')) > 0
  ) as asked
  where c.usage_date >= {{first_day}} and c.usage_date <= {{last_day}}
) as named
group by
  usage_date, cost_class, team, feature,
  environment, region, customer_tier, provider, model, service_tier, price_status, policy_status
order by
  usage_date, cost_class, team, feature,
  environment, region, customer_tier, provider, model, service_tier, price_status, policy_status
