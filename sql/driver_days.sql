-- The drivers of cost by day: calls, their tokens, and how many customers made them.
-- grain:  one row per usage_date × feature × cost_class
-- inputs: cost_daily and customer_daily; ?, ?, ?, ?: the first and last usage_date, twice
-- run by: drivers and scenarios
with usage_days as (
  select
    usage_date, feature, cost_class,
    sum(requests) as requests,
    sum(
      coalesce(uncached_input_tokens, cast(0 as decimal(38,0))) + coalesce(cache_read_tokens, cast(0 as decimal(38,0)))
      + coalesce(cache_write_5m_tokens, cast(0 as decimal(38,0)))
      + coalesce(cache_write_1h_tokens, cast(0 as decimal(38,0)))
      + coalesce(image_input_tokens, cast(0 as decimal(38,0))) + coalesce(audio_input_tokens, cast(0 as decimal(38,0)))
      + coalesce(cached_audio_input_tokens, cast(0 as decimal(38,0)))
      + coalesce(text_output_tokens, cast(0 as decimal(38,0))) + coalesce(reasoning_tokens, cast(0 as decimal(38,0)))
      + coalesce(image_output_tokens, cast(0 as decimal(38,0)))
      + coalesce(audio_output_tokens, cast(0 as decimal(38,0)))
    ) as tokens
  from cost_daily
  where usage_date between cast(? as date) and cast(? as date)
  group by usage_date, feature, cost_class
),
customer_days as (
  select usage_date, feature, cost_class, count(distinct customer_id) as active_customers
  from customer_daily
  where usage_date between cast(? as date) and cast(? as date)
    and customer_id <> 'unallocated' and requests > cast(0 as decimal(38,0))
  group by usage_date, feature, cost_class
)
select
  u.usage_date as usage_date, u.feature as feature, u.cost_class as cost_class, u.requests as requests,
  u.tokens as tokens, coalesce(c.active_customers, 0) as active_customers
from usage_days as u
left join customer_days as c
  on c.usage_date = u.usage_date and c.feature = u.feature and c.cost_class = u.cost_class
order by usage_date, feature, cost_class
