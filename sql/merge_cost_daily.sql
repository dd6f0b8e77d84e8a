-- Makes cost_daily of some days equal to their entries: adds, replaces and removes rows in one write.
-- grain:  one row per usage_date and combination of the spend dimensions
-- inputs: usage_events and cost_daily of the given dates, at most 90
-- run by: the pipeline, when days have changed
merge into cost_daily as t
using (
  select
    usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
    price_status, policy_status,
    sum(entries) as entries,
    sum(requests) as requests,
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
    sum(cost) as cost,
    sum(list_cost) as list_cost
  from (
    select
      usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
      price_status, policy_status,
      cast(1 as decimal(38,0)) as entries,
      cast(requests as decimal(38,0)) as requests,
      cast(coalesce(uncached_input_tokens, 0) as decimal(38,0)) as uncached_input_tokens,
      cast(coalesce(cache_read_tokens, 0) as decimal(38,0)) as cache_read_tokens,
      cast(coalesce(cache_write_5m_tokens, 0) as decimal(38,0)) as cache_write_5m_tokens,
      cast(coalesce(cache_write_1h_tokens, 0) as decimal(38,0)) as cache_write_1h_tokens,
      cast(coalesce(image_input_tokens, 0) as decimal(38,0)) as image_input_tokens,
      cast(coalesce(audio_input_tokens, 0) as decimal(38,0)) as audio_input_tokens,
      cast(coalesce(cached_audio_input_tokens, 0) as decimal(38,0)) as cached_audio_input_tokens,
      cast(coalesce(text_output_tokens, 0) as decimal(38,0)) as text_output_tokens,
      cast(coalesce(reasoning_tokens, 0) as decimal(38,0)) as reasoning_tokens,
      cast(coalesce(image_output_tokens, 0) as decimal(38,0)) as image_output_tokens,
      cast(coalesce(audio_output_tokens, 0) as decimal(38,0)) as audio_output_tokens,
      cast(coalesce(images, 0) as decimal(38,0)) as images,
      cast(coalesce(input_characters, 0) as decimal(38,0)) as input_characters,
      cast(coalesce(audio_input_seconds, 0) as decimal(38,0)) as audio_input_seconds,
      cast(coalesce(audio_output_seconds, 0) as decimal(38,0)) as audio_output_seconds,
      cast(coalesce(video_output_seconds, 0) as decimal(38,0)) as video_output_seconds,
      cast(coalesce(pages, 0) as decimal(38,0)) as pages,
      cast(coalesce(search_units, 0) as decimal(38,0)) as search_units,
      cast(coalesce(web_searches, 0) as decimal(38,0)) as web_searches,
      coalesce(cost, cast(0 as decimal(38,12))) as cost,
      coalesce(list_cost, cast(0 as decimal(38,12))) as list_cost
    from usage_events
    where usage_date in ({{dates}})
    union all
    -- What stands already, without its sums: a combination that no entry has any more keeps zero entries.
    select
      usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
      price_status, policy_status,
      cast(0 as decimal(38,0)) as entries,
      cast(0 as decimal(38,0)) as requests,
      cast(0 as decimal(38,0)) as uncached_input_tokens,
      cast(0 as decimal(38,0)) as cache_read_tokens,
      cast(0 as decimal(38,0)) as cache_write_5m_tokens,
      cast(0 as decimal(38,0)) as cache_write_1h_tokens,
      cast(0 as decimal(38,0)) as image_input_tokens,
      cast(0 as decimal(38,0)) as audio_input_tokens,
      cast(0 as decimal(38,0)) as cached_audio_input_tokens,
      cast(0 as decimal(38,0)) as text_output_tokens,
      cast(0 as decimal(38,0)) as reasoning_tokens,
      cast(0 as decimal(38,0)) as image_output_tokens,
      cast(0 as decimal(38,0)) as audio_output_tokens,
      cast(0 as decimal(38,0)) as images,
      cast(0 as decimal(38,0)) as input_characters,
      cast(0 as decimal(38,0)) as audio_input_seconds,
      cast(0 as decimal(38,0)) as audio_output_seconds,
      cast(0 as decimal(38,0)) as video_output_seconds,
      cast(0 as decimal(38,0)) as pages,
      cast(0 as decimal(38,0)) as search_units,
      cast(0 as decimal(38,0)) as web_searches,
      cast(0 as decimal(38,12)) as cost,
      cast(0 as decimal(38,12)) as list_cost
    from cost_daily
    where usage_date in ({{dates}})
  ) as parts
  group by
    usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
    price_status, policy_status
) as s
on t.usage_date = s.usage_date
and t.team = s.team
and t.feature = s.feature
and t.environment = s.environment
and t.region = s.region
and t.customer_tier = s.customer_tier
and t.cost_class = s.cost_class
and t.provider = s.provider
and t.model = s.model
and t.service_tier = s.service_tier
and t.price_status = s.price_status
and t.policy_status = s.policy_status
when matched and s.entries = 0 then delete
when matched then update set
  entries = s.entries,
  requests = s.requests,
  uncached_input_tokens = s.uncached_input_tokens,
  cache_read_tokens = s.cache_read_tokens,
  cache_write_5m_tokens = s.cache_write_5m_tokens,
  cache_write_1h_tokens = s.cache_write_1h_tokens,
  image_input_tokens = s.image_input_tokens,
  audio_input_tokens = s.audio_input_tokens,
  cached_audio_input_tokens = s.cached_audio_input_tokens,
  text_output_tokens = s.text_output_tokens,
  reasoning_tokens = s.reasoning_tokens,
  image_output_tokens = s.image_output_tokens,
  audio_output_tokens = s.audio_output_tokens,
  images = s.images,
  input_characters = s.input_characters,
  audio_input_seconds = s.audio_input_seconds,
  audio_output_seconds = s.audio_output_seconds,
  video_output_seconds = s.video_output_seconds,
  pages = s.pages,
  search_units = s.search_units,
  web_searches = s.web_searches,
  cost = s.cost,
  list_cost = s.list_cost
when not matched then insert (
  usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
  price_status, policy_status, entries, requests, uncached_input_tokens, cache_read_tokens,
  cache_write_5m_tokens, cache_write_1h_tokens, image_input_tokens, audio_input_tokens,
  cached_audio_input_tokens, text_output_tokens, reasoning_tokens, image_output_tokens, audio_output_tokens,
  images, input_characters, audio_input_seconds, audio_output_seconds, video_output_seconds, pages,
  search_units, web_searches, cost, list_cost
) values (
  s.usage_date, s.team, s.feature, s.environment, s.region, s.customer_tier, s.cost_class, s.provider, s.model,
  s.service_tier, s.price_status, s.policy_status, s.entries, s.requests, s.uncached_input_tokens,
  s.cache_read_tokens, s.cache_write_5m_tokens, s.cache_write_1h_tokens, s.image_input_tokens,
  s.audio_input_tokens, s.cached_audio_input_tokens, s.text_output_tokens, s.reasoning_tokens,
  s.image_output_tokens, s.audio_output_tokens, s.images, s.input_characters, s.audio_input_seconds,
  s.audio_output_seconds, s.video_output_seconds, s.pages, s.search_units, s.web_searches, s.cost, s.list_cost
)
