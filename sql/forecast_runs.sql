-- The runs of the forecast, the latest first, with what they expected of all spend.
-- grain:  one row per run_id
-- inputs: forecast_daily of runs as of first_day to last_day
-- run by: whoever lists forecasts
select
  run_id, run_kind, as_of, max(made_at) as made_at,
  count(distinct scope) as scopes,
  max(case when scope = '{}' then history_days end) as history_days,
  max(case when scope = '{}' then confidence end) as confidence,
  max(case when scope = '{}' and days_ahead = 30 then total_mean end) as total_mean,
  max(case when scope = '{}' and days_ahead = 30 then total_p10 end) as total_p10,
  max(case when scope = '{}' and days_ahead = 30 then total_p90 end) as total_p90
from forecast_daily
where as_of >= {{first_day}} and as_of <= {{last_day}}
group by run_id, run_kind, as_of
order by as_of desc, made_at desc, run_id
