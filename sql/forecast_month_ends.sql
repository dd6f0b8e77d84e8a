-- What each forecast expected of the days that its month had left: of the month that begins or goes on after as_of. Of
-- several runs of one day the last one.
-- grain:  one row per as_of, run_kind and scope
-- inputs: forecast_daily of runs as of first_day to last_day; ?: of each scope the first 16 digits of its SHA-256, commas between them
-- run by: the accuracy of forecasts
select run_id, run_kind, as_of, scope, forecast_date, history_days, total_mean, total_p025, total_p10, total_p90, total_p975
from (
  select
    run_id, run_kind, as_of, scope, forecast_date, history_days, total_mean, total_p025, total_p10, total_p90, total_p975,
    row_number() over (partition by as_of, run_kind, scope order by made_at desc, run_id) as place
  from forecast_daily
  where as_of >= {{first_day}} and as_of <= {{last_day}}
    and forecast_date = last_day_of_month(date_add('day', 1, as_of))
    and strpos(?, substr(lower(to_hex(sha256(to_utf8(scope)))), 1, 16)) > 0
) as runs
where place = 1
order by as_of, run_kind, scope
