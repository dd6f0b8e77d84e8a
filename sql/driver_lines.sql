-- What the usage of some days was made of: the calls, their meters and their cost, by where and with which model.
-- grain:  one row per feature × cost_class × region × provider × model × service_tier
-- inputs: cost_daily; ?, ?: the first and last usage_date
-- run by: drivers, scenarios and the bridge
select
  feature, cost_class, region, provider, model, service_tier,
  sum(requests) as requests,
  sum(case when price_status = 'unpriced' then requests else cast(0 as decimal(38,0)) end) as unpriced_requests,
  sum(uncached_input_tokens) as uncached_input_tokens,
  sum(cache_read_tokens) as cache_read_tokens,
  sum(cache_write_5m_tokens) as cache_write_5m_tokens,
  sum(cache_write_1h_tokens) as cache_write_1h_tokens,
  sum(image_input_tokens) as image_input_tokens,
  sum(audio_input_tokens) as audio_input_tokens,
  sum(cached_audio_input_tokens) as cached_audio_input_tokens,
  sum(text_output_tokens) as text_output_tokens,
  sum(reasoning_tokens) as reasoning_tokens,
  sum(image_output_tokens) as image_output_tokens,
  sum(audio_output_tokens) as audio_output_tokens,
  sum(images) as images,
  sum(input_characters) as input_characters,
  sum(audio_input_seconds) as audio_input_seconds,
  sum(audio_output_seconds) as audio_output_seconds,
  sum(video_output_seconds) as video_output_seconds,
  sum(pages) as pages,
  sum(search_units) as search_units,
  sum(web_searches) as web_searches,
  sum(cost) as cost
from cost_daily
where usage_date between cast(? as date) and cast(? as date)
group by feature, cost_class, region, provider, model, service_tier
order by feature, cost_class, region, provider, model, service_tier
