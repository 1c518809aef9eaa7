-- What analysts could not yet read with SQL of their own: windows, cases, road checks, and the figures of the contract with what they are made of.
create function kpi_rows(from_day date, to_day date, vehicle_ids int[])
returns table (span text, period date, first_day date, last_day date, grouping_by text, district text, vehicle_id int, kpi text, numerator float8, denominator float8, value float8, n int)
language sql stable security definer set search_path = public, pg_temp as $$
with days as (
  select d.day, v.district, d.vehicle_id, d.samples, d.received, d.due, d.nox_valid_samples, d.limit_judged, d.over_limit
  from truck_day d join vehicles v on v.id = d.vehicle_id
  where d.day between from_day and to_day and (vehicle_ids is null or d.vehicle_id = any(vehicle_ids))
), spans as (
  select x.span, x.period, y.district, y.vehicle_id, y.samples, y.received, y.due, y.nox_valid_samples, y.limit_judged, y.over_limit
  from days y cross join lateral (values ('day', y.day), ('month', date_trunc('month', y.day)::date)) as x (span, period)
), counted as (
  select s.span, s.period, case when grouping(s.vehicle_id) = 0 then 'vehicle' when grouping(s.district) = 0 then 'district' else 'all' end as grouping_by,
    s.district, s.vehicle_id, count(*)::float8 as service_days, (count(*) filter (where samples > 0))::float8 as data_days,
    count(distinct s.vehicle_id)::float8 as trucks, sum(received)::float8 as received, sum(due)::float8 as due, sum(nox_valid_samples)::float8 as valid,
    (count(distinct s.vehicle_id) filter (where limit_judged))::float8 as judged, (count(distinct s.vehicle_id) filter (where over_limit))::float8 as over
  from spans s group by grouping sets ((s.span, s.period), (s.span, s.period, s.district), (s.span, s.period, s.district, s.vehicle_id))
), silent as (
  select distinct f.vehicle_id, f.day,
    coalesce((select (r.overrides ->> 'verdicts.offlineHours')::float8 from rule_settings r where r.valid_from <= f.day order by r.id desc limit 1), 24) as least_h
  from findings f
  where f.rule = 'R-OFFLINE' and f.withdrawn_at is null and f.day between from_day and to_day and (vehicle_ids is null or f.vehicle_id = any(vehicle_ids))
), sent as (
  select t.vehicle_id, t.day, t.last_time, lead(t.day) over w as back_day, lead(t.first_time) over w as back
  from truck_day t where t.samples > 0 and exists (select 1 from silent q where q.vehicle_id = t.vehicle_id)
  window w as (partition by t.vehicle_id order by t.day)
), spoken as (
  select q.vehicle_id, q.day, q.least_h, v.district, s.last_time, s.back
  from silent q join vehicles v on v.id = q.vehicle_id
  left join sent s on s.vehicle_id = q.vehicle_id and q.day >= s.day and (s.back_day is null or q.day < s.back_day)
    and (s.back is null or s.back - s.last_time >= q.least_h * interval '1 hour')
), outages as (
  select x.span, x.period, o.district, o.vehicle_id, o.last_time, min(greatest(0, extract(epoch from o.back - o.last_time) / 3600 - o.least_h))::float8 as hours
  from spoken o cross join lateral (values ('day', o.day), ('month', date_trunc('month', o.day)::date)) as x (span, period)
  group by 1, 2, 3, 4, 5
), failed as (
  select o.span, o.period, case when grouping(o.vehicle_id) = 0 then 'vehicle' when grouping(o.district) = 0 then 'district' else 'all' end as grouping_by,
    o.district, o.vehicle_id, count(distinct o.vehicle_id)::float8 as failed, count(o.hours)::float8 as mended, sum(o.hours) as hours,
    percentile_cont(0.5) within group (order by o.hours) as median
  from outages o group by grouping sets ((o.span, o.period), (o.span, o.period, o.district), (o.span, o.period, o.district, o.vehicle_id))
), both_of as (
  select c.*, coalesce(f.failed, 0) as failed, coalesce(f.mended, 0) as mended, f.hours, f.median
  from counted c left join failed f on f.span = c.span and f.period = c.period and f.grouping_by = c.grouping_by
    and f.district is not distinct from c.district and f.vehicle_id is not distinct from c.vehicle_id
)
select b.span, b.period, greatest(b.period, from_day), least(case b.span when 'day' then b.period else (b.period + interval '1 month - 1 day')::date end, to_day),
  b.grouping_by, b.district, b.vehicle_id, k.kpi, k.numerator, k.denominator,
  case when k.kpi = 'repairHours' then b.median else 100 * k.numerator / nullif(k.denominator, 0) end, k.n::int
from both_of b cross join lateral (values
  ('effectiveRate', b.valid, b.due, b.data_days),
  ('transmissionRate', b.received, b.due, b.data_days),
  ('onlineRate', b.data_days, b.service_days, b.service_days),
  ('exceedanceRate', b.over, b.judged, b.judged),
  ('failureRate', b.failed, b.trucks, b.trucks),
  ('repairHours', b.hours, b.mended, b.mended)
) as k (kpi, numerator, denominator, n)
$$;
--> statement-breakpoint
create view analyst.windows as
select d.vehicle_id as vehicle_id,
  d.day as day,
  x.kind as kind,
  (x.w ->> 'count')::int as windows,
  (x.w ->> 'valid')::int as valid,
  (x.w ->> 'validShare')::float8 as valid_share,
  (x.w ->> 'thresholdPct')::float8 as threshold_pct,
  x.w ->> 'void' as void,
  x.w ->> 'class' as method_class,
  (x.w #>> '{reference,value}')::float8 as reference,
  (x.w #>> '{reference,assumed}')::boolean as reference_assumed,
  (x.w ->> 'p90')::float8 as p90_g_per_kwh,
  (x.w ->> 'mean')::float8 as mean_g_per_kwh,
  (x.w ->> 'max')::float8 as max_g_per_kwh
from truck_day d cross join lateral (values ('work', d.summary -> 'work'), ('co2', d.summary -> 'co2'), ('fuel', d.summary -> 'fuel')) as x (kind, w)
where jsonb_typeof(x.w) = 'object';
--> statement-breakpoint
comment on view analyst.windows is 'One truck, one Beijing day, one kind of window: NOx of the valid windows';
--> statement-breakpoint
comment on column analyst.windows.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.windows.day is 'Beijing calendar day';
--> statement-breakpoint
comment on column analyst.windows.kind is 'work, co2 or fuel: by what windows are as long as they are';
--> statement-breakpoint
comment on column analyst.windows.windows is 'All windows of the day';
--> statement-breakpoint
comment on column analyst.windows.valid is 'Windows whose mean power reaches the threshold';
--> statement-breakpoint
comment on column analyst.windows.valid_share is 'Valid ÷ all, 0 … 1';
--> statement-breakpoint
comment on column analyst.windows.threshold_pct is 'Power threshold, share of rated power [%]';
--> statement-breakpoint
comment on column analyst.windows.void is 'Why the result is void; null: it is not';
--> statement-breakpoint
comment on column analyst.windows.method_class is 'A, B or C';
--> statement-breakpoint
comment on column analyst.windows.reference is 'What a window is as long as: work [kWh], CO2 or fuel [kg]';
--> statement-breakpoint
comment on column analyst.windows.reference_assumed is 'The default of the method, not measured on this model';
--> statement-breakpoint
comment on column analyst.windows.p90_g_per_kwh is '90th percentile of the valid windows [g NOx/kWh]';
--> statement-breakpoint
comment on column analyst.windows.mean_g_per_kwh is 'Mean of the valid windows [g NOx/kWh]';
--> statement-breakpoint
comment on column analyst.windows.max_g_per_kwh is 'Maximum of the valid windows [g NOx/kWh]';
--> statement-breakpoint
create view analyst.cases as
select c.id as case_id,
  c.year::text || '-' || lpad(c.number::text, 5, '0') as number,
  c.vehicle_id as vehicle_id,
  c.type as type,
  c.state as state,
  c.source as source,
  c.priority as priority,
  c.opened_day as opened_day,
  c.due_day as due_day,
  c.due_for as due_for,
  c.close_by as close_by,
  c.closed_day as closed_day,
  c.closed_reason as closed_reason,
  c.reopened as reopened,
  s.day as repaired_day,
  m.name as repair_station,
  (select t."values" ->> 'verdict' from case_steps t where t.case_id = c.id and t.kind = 'retest' order by t.seq desc limit 1) as retest_verdict,
  r.verdict as road_verdict
from cases c
left join lateral (select s.day, s."values" from case_steps s where s.case_id = c.id and s.kind = 'repair' order by s.seq desc limit 1) s on true
left join stations m on m.id::text = s."values" ->> 'station'
left join lateral (select r.verdict from road_checks r where r.case_id = c.id and r.repaired_day = s.day order by r.id desc limit 1) r on true;
--> statement-breakpoint
comment on view analyst.cases is 'One truck, one kind of trouble, from notice to closing';
--> statement-breakpoint
comment on column analyst.cases.case_id is 'Number in the database';
--> statement-breakpoint
comment on column analyst.cases.number is 'Number of the case';
--> statement-breakpoint
comment on column analyst.cases.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.cases.type is 'overLimit, urea, tank, tamper, offline or fault';
--> statement-breakpoint
comment on column analyst.cases.state is 'verify, notice, repair, retest, roadCheck, closing, penalty, laidUp or closed';
--> statement-breakpoint
comment on column analyst.cases.source is 'By what it became known: remoteObd, remoteSensing, annualTest, roadside, depotCheck, blackSmoke, report or other';
--> statement-breakpoint
comment on column analyst.cases.priority is 'high, normal or low';
--> statement-breakpoint
comment on column analyst.cases.opened_day is 'Beijing day of opening';
--> statement-breakpoint
comment on column analyst.cases.due_day is 'Next deadline; null: none';
--> statement-breakpoint
comment on column analyst.cases.due_for is 'What is due then';
--> statement-breakpoint
comment on column analyst.cases.close_by is 'Deadline for closing; null: none';
--> statement-breakpoint
comment on column analyst.cases.closed_day is 'Beijing day of closing; null: open';
--> statement-breakpoint
comment on column analyst.cases.closed_reason is 'Why it was closed: compliant, scrapped, moved away, false alarm';
--> statement-breakpoint
comment on column analyst.cases.reopened is 'Times that it was opened again';
--> statement-breakpoint
comment on column analyst.cases.repaired_day is 'Beijing day on which the newest repair was completed; null: none';
--> statement-breakpoint
comment on column analyst.cases.repair_station is 'Workshop of that repair';
--> statement-breakpoint
comment on column analyst.cases.retest_verdict is 'passed or failed, of the newest retest; null: none';
--> statement-breakpoint
comment on column analyst.cases.road_verdict is 'repaired, notRepaired or notYetDecidable, of the newest road check of that repair; null: none';
--> statement-breakpoint
create view analyst.road_checks as
select r.case_id as case_id,
  c.vehicle_id as vehicle_id,
  r.repaired_day as repaired_day,
  r.computed_at as computed_at,
  r.version as version,
  r.verdict as verdict,
  r.reason as reason,
  r.days_before as days_before,
  r.days_after as days_after,
  (r.result #>> '{comparison,before,value}')::float8 as before_g_per_kwh,
  (r.result #>> '{comparison,before,low}')::float8 as before_low,
  (r.result #>> '{comparison,before,high}')::float8 as before_high,
  (r.result #>> '{comparison,after,value}')::float8 as after_g_per_kwh,
  (r.result #>> '{comparison,after,low}')::float8 as after_low,
  (r.result #>> '{comparison,after,high}')::float8 as after_high,
  (r.result #>> '{comparison,logRatio,value}')::float8 as log_ratio,
  (r.result #>> '{comparison,logRatio,low}')::float8 as log_ratio_low,
  (r.result #>> '{comparison,logRatio,high}')::float8 as log_ratio_high,
  (r.result #>> '{comparison,controls}')::int as controls,
  r.inputs_sha256 as inputs_sha256
from (select distinct on (case_id, repaired_day) * from road_checks order by case_id, repaired_day, id desc) r join cases c on c.id = r.case_id;
--> statement-breakpoint
comment on view analyst.road_checks is 'One repair of a case that was checked on the road: NOx before and after on comparable operation; the newest of each repair';
--> statement-breakpoint
comment on column analyst.road_checks.case_id is 'Number of the case in the database';
--> statement-breakpoint
comment on column analyst.road_checks.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.road_checks.repaired_day is 'Beijing day on which the repair was completed';
--> statement-breakpoint
comment on column analyst.road_checks.computed_at is 'When it was computed';
--> statement-breakpoint
comment on column analyst.road_checks.version is 'Version of the method (decision 0022)';
--> statement-breakpoint
comment on column analyst.road_checks.verdict is 'repaired, notRepaired or notYetDecidable';
--> statement-breakpoint
comment on column analyst.road_checks.reason is 'What decided, or what is in the way';
--> statement-breakpoint
comment on column analyst.road_checks.days_before is 'Valid days before';
--> statement-breakpoint
comment on column analyst.road_checks.days_after is 'Valid days after';
--> statement-breakpoint
comment on column analyst.road_checks.before_g_per_kwh is 'NOx before, on comparable operation [g/kWh]; null: nothing to compare';
--> statement-breakpoint
comment on column analyst.road_checks.before_low is 'Lower end of its 90 % interval';
--> statement-breakpoint
comment on column analyst.road_checks.before_high is 'Upper end';
--> statement-breakpoint
comment on column analyst.road_checks.after_g_per_kwh is 'NOx after, on the same operation [g/kWh]';
--> statement-breakpoint
comment on column analyst.road_checks.after_low is 'Lower end of its 90 % interval';
--> statement-breakpoint
comment on column analyst.road_checks.after_high is 'Upper end';
--> statement-breakpoint
comment on column analyst.road_checks.log_ratio is 'ln(after ÷ before), less the median of untreated trucks';
--> statement-breakpoint
comment on column analyst.road_checks.log_ratio_low is 'Lower end of its 90 % interval';
--> statement-breakpoint
comment on column analyst.road_checks.log_ratio_high is 'Upper end';
--> statement-breakpoint
comment on column analyst.road_checks.controls is 'Untreated trucks that could be compared; nothing is taken off with fewer than three';
--> statement-breakpoint
comment on column analyst.road_checks.inputs_sha256 is 'SHA-256 of all that it rests on';
--> statement-breakpoint
create view analyst.kpis as
select k.span as span,
  k.period as period,
  k.grouping_by as grouping_by,
  k.district as district,
  k.vehicle_id as vehicle_id,
  k.kpi as kpi,
  k.numerator as numerator,
  k.denominator as denominator,
  k.value as value,
  k.n as n
from kpi_rows('-infinity', 'infinity', null) k;
--> statement-breakpoint
comment on view analyst.kpis is 'Figures of the contract and the section, by day and by month, of all trucks, by district and by truck, with what each is made of';
--> statement-breakpoint
comment on column analyst.kpis.span is 'day or month';
--> statement-breakpoint
comment on column analyst.kpis.period is 'The Beijing day, or the first of the month';
--> statement-breakpoint
comment on column analyst.kpis.grouping_by is 'all, district or vehicle';
--> statement-breakpoint
comment on column analyst.kpis.district is 'District as registered now; null: of all, or not registered';
--> statement-breakpoint
comment on column analyst.kpis.vehicle_id is 'Number of the truck; null: of more than one';
--> statement-breakpoint
comment on column analyst.kpis.kpi is 'effectiveRate 传输有效率, transmissionRate 数据传输率, onlineRate 在线率 (上线率), exceedanceRate 超标率, failureRate 终端故障率, repairHours 终端修复时间';
--> statement-breakpoint
comment on column analyst.kpis.numerator is 'Valid samples; samples received; truck-days with data; trucks over limit; trucks that R-OFFLINE found silent; hours until failures were mended, in all';
--> statement-breakpoint
comment on column analyst.kpis.denominator is 'Samples due (the first two); truck-days in service; trucks that could be judged; trucks in service; failures that were mended';
--> statement-breakpoint
comment on column analyst.kpis.value is '100 × numerator ÷ denominator [%]; of repairHours the median [h] (numerator ÷ denominator is the mean); null: nothing to divide by';
--> statement-breakpoint
comment on column analyst.kpis.n is 'What it rests on: truck-days (first three), trucks (next two), mended failures';
--> statement-breakpoint
do $$
begin
  -- The role of a site that made it before these views were there.
  if exists (select 1 from pg_roles where rolname = 'plume_reader') then
    grant select on all tables in schema analyst to plume_reader;
  end if;
exception when insufficient_privilege then
  raise notice 'the role plume_reader must be given these views anew: npm run plume -- db reader';
end $$;
