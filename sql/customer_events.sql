-- Everything that usage_events has of one customer, a page at a time. The customer is named by a hash, so that no
-- history of queries keeps who was asked for.
-- grain:  one row per key
-- inputs: usage_events; ?: SHA-256 of the customer's id; ?, ?, ?: usage_date (twice) and key after which the page begins
-- run by: the export of a customer
select
  key, kind, source, event_id, content_hash, event_time, usage_date, booked_month, received_at, key_id, team,
  feature, environment, region, customer_tier, cost_class, provider, model, service_tier, price_status,
  policy_status, purpose, customer_id, requested_model, speed, serving_location, response_id, requests,
  uncached_input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, image_input_tokens,
  audio_input_tokens, cached_audio_input_tokens, text_output_tokens, reasoning_tokens, image_output_tokens,
  audio_output_tokens, images, input_characters, audio_input_seconds, audio_output_seconds,
  video_output_seconds, pages, search_units, web_searches, charges, cost, list_cost, price_version,
  adjustment_number, adjustment_part, adjustment_request_id, adjustment_reason, adjustment_by, trace, sender_cost,
  json_format(cast(tags as json)) as tags_json
from usage_events
where lower(to_hex(sha256(to_utf8(customer_id)))) = ?
  and usage_date >= cast(? as date)
  and (usage_date > cast(? as date) or key > ?)
order by usage_date, key
limit 1000
