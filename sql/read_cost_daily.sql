-- The rows of cost_daily of some days: compared with the spend cells, and packed for reports.
-- grain:  one row per usage_date and combination of the spend dimensions
-- inputs: cost_daily of the given dates
-- run by: the pipeline
select
  usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
  price_status, policy_status,
  entries, requests, uncached_input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
  image_input_tokens, audio_input_tokens, cached_audio_input_tokens, text_output_tokens, reasoning_tokens,
  image_output_tokens, audio_output_tokens, images, input_characters, audio_input_seconds,
  audio_output_seconds, video_output_seconds, pages, search_units, web_searches, cost, list_cost
from cost_daily
where usage_date in ({{dates}})
order by
  usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
  price_status, policy_status
