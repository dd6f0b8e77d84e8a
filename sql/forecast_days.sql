-- What the forecasts of one scope expected of each of their first 30 days. Of several runs of one day the last one.
-- grain:  one row per as_of, run_kind and forecast_date
-- inputs: forecast_daily of runs as of first_day to last_day; ?: the first 16 digits of the SHA-256 of the scope, which may be longer than a parameter
-- run by: the accuracy of forecasts
select run_id, run_kind, as_of, forecast_date, days_ahead, history_days, mean, p025, p10, p90, p975
from (
  select
    run_id, run_kind, as_of, forecast_date, days_ahead, history_days, mean, p025, p10, p90, p975,
    row_number() over (partition by as_of, run_kind, forecast_date order by made_at desc, run_id) as place
  from forecast_daily
  where as_of >= {{first_day}} and as_of <= {{last_day}} and days_ahead <= 30
    and substr(lower(to_hex(sha256(to_utf8(scope)))), 1, 16) = ?
) as runs
where place = 1
order by as_of, run_kind, forecast_date
