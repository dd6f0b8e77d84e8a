-- What customers, or events with tags, have cost, by what budgets' scopes tell apart. A filter that is '' lets
-- everything through; the values of one stand each on a line of its own in it, with an empty line before and after them.
-- grain:  one row per combination of the dimensions of cost_daily
-- inputs: usage_events; ?, ?: the first and last usage_date; ?, ?: the customers, twice; ?, ?, ?: of each of three tags its values, its values again and its name
-- run by: the pipeline, for each budget that is narrowed to customers or tags
select
  team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier, price_status,
  policy_status,
  coalesce(sum(cost), cast(0 as decimal(38,12))) as cost
from usage_events
where usage_date between cast(? as date) and cast(? as date)
  and (? = '' or strpos(?, concat(chr(10), customer_id, chr(10))) > 0)
  and (? = '' or strpos(?, concat(chr(10), element_at(tags, ?), chr(10))) > 0)
  and (? = '' or strpos(?, concat(chr(10), element_at(tags, ?), chr(10))) > 0)
  and (? = '' or strpos(?, concat(chr(10), element_at(tags, ?), chr(10))) > 0)
group by
  team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier, price_status,
  policy_status
order by
  team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier, price_status,
  policy_status
