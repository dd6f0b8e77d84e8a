-- What a million tokens really cost, by model, in the last 30 days with usage: all that the calls cost over all tokens.
-- How to read it: between the price of cached input and of output; compare models at the same work, not by this alone.
-- discount_percent is what the company's prices and the tier save against the public price. Unpriced usage is left out.
-- grain:  one row per provider, model and service_tier with tokens
-- inputs: cost_daily of 30 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
models as (
  select
    provider, model, service_tier,
    sum(
      uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + image_input_tokens
      + audio_input_tokens + cached_audio_input_tokens
    ) as input_tokens,
    sum(text_output_tokens + reasoning_tokens + image_output_tokens + audio_output_tokens) as output_tokens,
    sum(cost) as cost_usd,
    sum(list_cost) as list_cost_usd
  from cost_daily
  cross join days
  where usage_date > date_add('day', -30, last_day) and usage_date <= last_day and price_status <> 'unpriced'
  group by provider, model, service_tier
)
select
  provider, model, service_tier, input_tokens, output_tokens, cost_usd,
  round(1e6 * cast(cost_usd as double) / cast(input_tokens + output_tokens as double), 4) as usd_per_million_tokens,
  round(
    100e0 * (1e0 - cast(cost_usd as double) / nullif(cast(list_cost_usd as double), 0e0)), 2
  ) as discount_percent
from models
where input_tokens + output_tokens > 0
order by cost_usd desc, provider, model, service_tier
