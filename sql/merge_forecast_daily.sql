-- Writes forecasts, each scope of a run as one row of lists; written again, nothing is there twice.
-- grain:  one row per run_id, scope and forecast_date
-- inputs: the given forecasts, and forecast_daily of the days that they are made as of
-- run by: the pipeline, once a day
merge into forecast_daily as t
using (
  select
    run_id, run_kind, as_of, made_at, scope,
    date_add('day', ahead, as_of) as forecast_date,
    cast(ahead as bigint) as days_ahead,
    history_days, confidence,
    cast(element_at(means, ahead) as decimal(38,12)) as mean,
    cast(element_at(p025s, ahead) as decimal(38,12)) as p025,
    cast(element_at(p10s, ahead) as decimal(38,12)) as p10,
    cast(element_at(means, ahead) as decimal(38,12)) as p50,
    cast(element_at(p90s, ahead) as decimal(38,12)) as p90,
    cast(element_at(p975s, ahead) as decimal(38,12)) as p975,
    cast(element_at(total_means, ahead) as decimal(38,12)) as total_mean,
    cast(element_at(total_p025s, ahead) as decimal(38,12)) as total_p025,
    cast(element_at(total_p10s, ahead) as decimal(38,12)) as total_p10,
    cast(element_at(total_p90s, ahead) as decimal(38,12)) as total_p90,
    cast(element_at(total_p975s, ahead) as decimal(38,12)) as total_p975
  from (
    select
      run_id, run_kind, as_of,
      cast(made_at as timestamp(6)) as made_at,
      from_utf8(from_hex(scope)) as scope,
      cast(history_days as bigint) as history_days,
      confidence,
      split(means, ',') as means,
      split(p025s, ',') as p025s,
      split(p10s, ',') as p10s,
      split(p90s, ',') as p90s,
      split(p975s, ',') as p975s,
      split(total_means, ',') as total_means,
      split(total_p025s, ',') as total_p025s,
      split(total_p10s, ',') as total_p10s,
      split(total_p90s, ',') as total_p90s,
      split(total_p975s, ',') as total_p975s
    from (values {{forecasts}}) as given (
      run_id, run_kind, as_of, made_at, scope, history_days, confidence,
      means, p025s, p10s, p90s, p975s, total_means, total_p025s, total_p10s, total_p90s, total_p975s
    )
  ) as lists
  cross join unnest(sequence(1, 90)) as days (ahead)
) as s
on t.run_id = s.run_id
and t.as_of = s.as_of
and t.as_of in ({{dates}})
and t.scope = s.scope
and t.forecast_date = s.forecast_date
when matched then update set
  made_at = s.made_at,
  history_days = s.history_days,
  confidence = s.confidence,
  mean = s.mean,
  p025 = s.p025,
  p10 = s.p10,
  p50 = s.p50,
  p90 = s.p90,
  p975 = s.p975,
  total_mean = s.total_mean,
  total_p025 = s.total_p025,
  total_p10 = s.total_p10,
  total_p90 = s.total_p90,
  total_p975 = s.total_p975
when not matched then insert (
  run_id, run_kind, as_of, made_at, scope, forecast_date, days_ahead, history_days, confidence,
  mean, p025, p10, p50, p90, p975, total_mean, total_p025, total_p10, total_p90, total_p975
) values (
  s.run_id, s.run_kind, s.as_of, s.made_at, s.scope, s.forecast_date, s.days_ahead, s.history_days, s.confidence,
  s.mean, s.p025, s.p10, s.p50, s.p90, s.p975, s.total_mean, s.total_p025, s.total_p10, s.total_p90, s.total_p975
)
