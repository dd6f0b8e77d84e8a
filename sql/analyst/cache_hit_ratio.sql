-- How much of the text input is read from a prompt cache, by feature and model, in the last 30 days with usage.
-- How to read it: hit_percent is cache_read_tokens of all text input tokens. A feature with much input and few hits is
-- where caching would pay; written_per_read above 1 means that more is written to the cache than ever read from it.
-- grain:  one row per feature, provider and model with text input
-- inputs: cost_daily of 30 days, the last of them the latest day that has usage
-- run by: analysts
with days as (
  select max(usage_date) as last_day from cost_daily
),
tokens as (
  select
    feature, provider, model,
    sum(uncached_input_tokens) as uncached,
    sum(cache_read_tokens) as cache_reads,
    sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_writes
  from cost_daily
  cross join days
  where usage_date > date_add('day', -30, last_day) and usage_date <= last_day
  group by feature, provider, model
)
select
  feature, provider, model,
  uncached + cache_reads + cache_writes as input_tokens,
  cache_reads as cache_read_tokens,
  cache_writes as cache_write_tokens,
  round(100e0 * cast(cache_reads as double) / cast(uncached + cache_reads + cache_writes as double), 2) as hit_percent,
  round(cast(cache_writes as double) / nullif(cast(cache_reads as double), 0e0), 2) as written_per_read
from tokens
where uncached + cache_reads + cache_writes > 0
order by input_tokens desc, feature, provider, model
