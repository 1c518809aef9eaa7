-- What analysts may read with SQL of their own (Grafana, R, Python): documented views in a schema of their own, in units, without secrets or
-- accounts. They promise their columns; tables behind them may change.
create schema analyst;
--> statement-breakpoint
comment on schema analyst is 'Read-only views for analysts. Times are timestamptz; days are Beijing calendar days (UTC+8). Missing is null, never 0 or −1.';
--> statement-breakpoint
create view analyst.vehicles as
select v.id as vehicle_id, v.vin, v.plate, v.district, v.enterprise, v.use_type, v.fitted_at, p."values" ->> 'stage' as stage,
  p."values" ->> 'engineModel' as engine_model, (p."values" ->> 'ratedPowerKw')::float8 as rated_power_kw
from vehicles v left join lateral (
  select f."values" from vehicle_parameters f where f.vehicle_id = v.id and f.valid_from <= now() order by f.recorded_at desc, f.id desc limit 1
) p on true;
--> statement-breakpoint
comment on view analyst.vehicles is 'One row a truck, as it is registered now';
--> statement-breakpoint
comment on column analyst.vehicles.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.vehicles.vin is 'Vehicle identification number';
--> statement-breakpoint
comment on column analyst.vehicles.plate is 'Number plate';
--> statement-breakpoint
comment on column analyst.vehicles.district is 'District; null: not registered';
--> statement-breakpoint
comment on column analyst.vehicles.enterprise is 'Enterprise; null: not registered';
--> statement-breakpoint
comment on column analyst.vehicles.use_type is 'Use; null: not registered';
--> statement-breakpoint
comment on column analyst.vehicles.fitted_at is 'Since when it counts as fitted with a terminal';
--> statement-breakpoint
comment on column analyst.vehicles.stage is 'Emission stage: IV, V or VI';
--> statement-breakpoint
comment on column analyst.vehicles.engine_model is 'Engine model';
--> statement-breakpoint
comment on column analyst.vehicles.rated_power_kw is 'Rated power [kW]';
--> statement-breakpoint
create view analyst.samples as
select s.vehicle_id, s.time, s."speedKmh", s."baroKpa", s."netTorquePct", s."frictionTorquePct", s."engineRpm", s."fuelRateLph", s."noxUpPpm", s."noxDownPpm", s."ureaLevelPct", s."airFlowKgh", s."scrInTempC", s."scrOutTempC", s."dpfDeltaKpa", s."coolantTempC", s."fuelLevelPct", s."lonDeg", s."latDeg", s."odometerKm", s."pmMgM3", s."opacityPct", s."lightAbsorptionPerM", s."ambientTempC", s."torqueMode", s."acceleratorPct", s."fuelTotalL", s."ureaTankTempC", s."ureaInjectionMlh", s."ureaTotalG", s."dpfTempC"
from samples_units s;
--> statement-breakpoint
comment on view analyst.samples is 'One truck, one second, in units, as the terminal sent it: nothing excluded or corrected. Ask for a bounded time.';
--> statement-breakpoint
comment on column analyst.samples.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.samples.time is 'Sample time by the terminal’s clock, whole seconds';
--> statement-breakpoint
comment on column analyst.samples."speedKmh" is 'vehicle speed [km/h]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 1';
--> statement-breakpoint
comment on column analyst.samples."baroKpa" is 'atmospheric pressure [kPa]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 2';
--> statement-breakpoint
comment on column analyst.samples."netTorquePct" is 'engine net output torque, share of the reference torque [%]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 3';
--> statement-breakpoint
comment on column analyst.samples."frictionTorquePct" is 'friction torque, share of the reference torque [%]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 4';
--> statement-breakpoint
comment on column analyst.samples."engineRpm" is 'engine speed [rpm]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 5';
--> statement-breakpoint
comment on column analyst.samples."fuelRateLph" is 'engine fuel flow [L/h]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 6';
--> statement-breakpoint
comment on column analyst.samples."noxUpPpm" is 'NOx upstream of the SCR [ppm]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 7';
--> statement-breakpoint
comment on column analyst.samples."noxDownPpm" is 'NOx downstream of the SCR [ppm]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 8';
--> statement-breakpoint
comment on column analyst.samples."ureaLevelPct" is 'reagent (urea) level [%]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 9';
--> statement-breakpoint
comment on column analyst.samples."airFlowKgh" is 'intake air mass flow [kg/h]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 10';
--> statement-breakpoint
comment on column analyst.samples."scrInTempC" is 'SCR inlet temperature [°C]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 11';
--> statement-breakpoint
comment on column analyst.samples."scrOutTempC" is 'SCR outlet temperature [°C]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 12';
--> statement-breakpoint
comment on column analyst.samples."dpfDeltaKpa" is 'DPF differential pressure, or exhaust back pressure [kPa]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 13';
--> statement-breakpoint
comment on column analyst.samples."coolantTempC" is 'coolant temperature [°C]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 14';
--> statement-breakpoint
comment on column analyst.samples."fuelLevelPct" is 'fuel tank level [%]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 15';
--> statement-breakpoint
comment on column analyst.samples."lonDeg" is 'longitude, WGS-84, east [°]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 17';
--> statement-breakpoint
comment on column analyst.samples."latDeg" is 'latitude, WGS-84, north [°]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 18';
--> statement-breakpoint
comment on column analyst.samples."odometerKm" is 'cumulative mileage [km]; source: GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field 19';
--> statement-breakpoint
comment on column analyst.samples."pmMgM3" is 'particulate matter concentration [mg/m³]; source: Shanghai in-use guide extension P-1, type 81 (vendor), word 6';
--> statement-breakpoint
comment on column analyst.samples."opacityPct" is 'exhaust opacity [%]; source: Shanghai in-use guide extension P-1, type 81 (vendor), word 5';
--> statement-breakpoint
comment on column analyst.samples."lightAbsorptionPerM" is 'light absorption coefficient k [m⁻¹]; source: Shanghai in-use guide extension P-1, type 81 (vendor), word 4';
--> statement-breakpoint
comment on column analyst.samples."ambientTempC" is 'ambient air temperature [°C]; source: JSON form only; resolution of SAE J1939-71 SPN 171';
--> statement-breakpoint
comment on column analyst.samples."torqueMode" is 'engine torque mode (0 over-speed or fail, 1 speed control, 2 torque control, 3 speed and torque control, 9 normal); source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 0';
--> statement-breakpoint
comment on column analyst.samples."acceleratorPct" is 'accelerator pedal position [%]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 1';
--> statement-breakpoint
comment on column analyst.samples."fuelTotalL" is 'total fuel used [L]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 2';
--> statement-breakpoint
comment on column analyst.samples."ureaTankTempC" is 'urea tank temperature [°C]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 6';
--> statement-breakpoint
comment on column analyst.samples."ureaInjectionMlh" is 'actual urea injection [mL/h]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 7';
--> statement-breakpoint
comment on column analyst.samples."ureaTotalG" is 'total urea used [g]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 11';
--> statement-breakpoint
comment on column analyst.samples."dpfTempC" is 'DPF exhaust temperature [°C]; source: HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte 15';
--> statement-breakpoint
create view analyst.minutes as
select m.vehicle_id, m.time, m."samples", m."engineOnS", m."noxValidS", m."noxG", m."co2G", m."fuelKg", m."workKwh", m."distanceKm", m."noxOfWorkG", m."workOfNoxKwh", m."noxOfFuelG", m."fuelOfNoxKg", m."noxOfDistanceG", m."distanceOfNoxKm", m."ureaL", m."speedMin", m."speedMean", m."speedMax", m."rpmMin", m."rpmMean", m."rpmMax", m."noxUpMin", m."noxUpMean", m."noxUpMax", m."noxDownMin", m."noxDownMean", m."noxDownMax", m."scrInTempMin", m."scrInTempMean", m."scrInTempMax", m."scrOutTempMin", m."scrOutTempMean", m."scrOutTempMax", m."coolantTempMin", m."coolantTempMean", m."coolantTempMax", m."powerMin", m."powerMean", m."powerMax", m."ureaLevelMin", m."ureaLevelMean", m."ureaLevelMax", m."fuelLevelMin", m."fuelLevelMean", m."fuelLevelMax", m."pmMin", m."pmMean", m."pmMax", m."lonDeg", m."latDeg", m.method_class, m.formula
from truck_minute m;
--> statement-breakpoint
comment on view analyst.minutes is 'One truck, one minute that has samples: sums and means of its samples';
--> statement-breakpoint
comment on column analyst.minutes.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.minutes.time is 'Begin of the minute';
--> statement-breakpoint
comment on column analyst.minutes."samples" is 'Samples';
--> statement-breakpoint
comment on column analyst.minutes."engineOnS" is 'Seconds with the engine on';
--> statement-breakpoint
comment on column analyst.minutes."noxValidS" is 'Seconds of these with a valid NOx mass; ÷ engineOnS: share of valid data';
--> statement-breakpoint
comment on column analyst.minutes."noxG" is 'NOx as NO2 over the valid seconds [g], not extrapolated';
--> statement-breakpoint
comment on column analyst.minutes."co2G" is 'CO2 [g]';
--> statement-breakpoint
comment on column analyst.minutes."fuelKg" is 'Fuel [kg]';
--> statement-breakpoint
comment on column analyst.minutes."workKwh" is 'Work of the engine [kWh]';
--> statement-breakpoint
comment on column analyst.minutes."distanceKm" is 'Distance [km]';
--> statement-breakpoint
comment on column analyst.minutes."noxOfWorkG" is 'NOx of seconds with both NOx and work valid [g]; ÷ workOfNoxKwh: g/kWh';
--> statement-breakpoint
comment on column analyst.minutes."workOfNoxKwh" is 'Work of the same seconds [kWh]';
--> statement-breakpoint
comment on column analyst.minutes."noxOfFuelG" is 'NOx of seconds with both NOx and fuel valid [g]; ÷ fuelOfNoxKg: g/kg';
--> statement-breakpoint
comment on column analyst.minutes."fuelOfNoxKg" is 'Fuel of the same seconds [kg]';
--> statement-breakpoint
comment on column analyst.minutes."noxOfDistanceG" is 'NOx of seconds with both NOx and speed valid [g]; ÷ distanceOfNoxKm: g/km';
--> statement-breakpoint
comment on column analyst.minutes."distanceOfNoxKm" is 'Distance of the same seconds [km]';
--> statement-breakpoint
comment on column analyst.minutes."ureaL" is 'Urea injected [L]; null where the terminal does not send it';
--> statement-breakpoint
comment on column analyst.minutes."speedMin" is 'Speed [km/h], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."speedMean" is 'Speed [km/h], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."speedMax" is 'Speed [km/h], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."rpmMin" is 'Engine speed [rpm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."rpmMean" is 'Engine speed [rpm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."rpmMax" is 'Engine speed [rpm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxUpMin" is 'Upstream NOx [ppm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxUpMean" is 'Upstream NOx [ppm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxUpMax" is 'Upstream NOx [ppm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxDownMin" is 'Downstream NOx [ppm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxDownMean" is 'Downstream NOx [ppm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."noxDownMax" is 'Downstream NOx [ppm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrInTempMin" is 'SCR inlet [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrInTempMean" is 'SCR inlet [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrInTempMax" is 'SCR inlet [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrOutTempMin" is 'SCR outlet [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrOutTempMean" is 'SCR outlet [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."scrOutTempMax" is 'SCR outlet [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."coolantTempMin" is 'Coolant [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."coolantTempMean" is 'Coolant [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."coolantTempMax" is 'Coolant [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."powerMin" is 'Net power [kW], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."powerMean" is 'Net power [kW], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."powerMax" is 'Net power [kW], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."ureaLevelMin" is 'Urea level [%], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."ureaLevelMean" is 'Urea level [%], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."ureaLevelMax" is 'Urea level [%], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."fuelLevelMin" is 'Fuel level [%], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."fuelLevelMean" is 'Fuel level [%], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."fuelLevelMax" is 'Fuel level [%], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."pmMin" is 'PM [mg/m³], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."pmMean" is 'PM [mg/m³], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."pmMax" is 'PM [mg/m³], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.minutes."lonDeg" is 'Longitude [°, WGS-84]';
--> statement-breakpoint
comment on column analyst.minutes."latDeg" is 'Latitude [°, WGS-84]';
--> statement-breakpoint
comment on column analyst.minutes.method_class is 'A measured flow and torque, B derived, C an estimate';
--> statement-breakpoint
comment on column analyst.minutes.formula is 'Version of the arithmetic';
--> statement-breakpoint
create view analyst.hours as
select m.vehicle_id, time_bucket(interval '1 hour', m.time) as time, sum(m."samples"::float8) as "samples", sum(m."engineOnS"::float8) as "engineOnS", sum(m."noxValidS"::float8) as "noxValidS", sum(m."noxG"::float8) as "noxG", sum(m."co2G"::float8) as "co2G", sum(m."fuelKg"::float8) as "fuelKg", sum(m."workKwh"::float8) as "workKwh", sum(m."distanceKm"::float8) as "distanceKm", sum(m."noxOfWorkG"::float8) as "noxOfWorkG", sum(m."workOfNoxKwh"::float8) as "workOfNoxKwh", sum(m."noxOfFuelG"::float8) as "noxOfFuelG", sum(m."fuelOfNoxKg"::float8) as "fuelOfNoxKg", sum(m."noxOfDistanceG"::float8) as "noxOfDistanceG", sum(m."distanceOfNoxKm"::float8) as "distanceOfNoxKm", sum(m."ureaL"::float8) as "ureaL", min(m."speedMin")::float8 as "speedMin", sum(m."speedMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."speedMean" is not null), 0) as "speedMean", max(m."speedMax")::float8 as "speedMax", min(m."rpmMin")::float8 as "rpmMin", sum(m."rpmMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."rpmMean" is not null), 0) as "rpmMean", max(m."rpmMax")::float8 as "rpmMax", min(m."noxUpMin")::float8 as "noxUpMin", sum(m."noxUpMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."noxUpMean" is not null), 0) as "noxUpMean", max(m."noxUpMax")::float8 as "noxUpMax", min(m."noxDownMin")::float8 as "noxDownMin", sum(m."noxDownMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."noxDownMean" is not null), 0) as "noxDownMean", max(m."noxDownMax")::float8 as "noxDownMax", min(m."scrInTempMin")::float8 as "scrInTempMin", sum(m."scrInTempMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."scrInTempMean" is not null), 0) as "scrInTempMean", max(m."scrInTempMax")::float8 as "scrInTempMax", min(m."scrOutTempMin")::float8 as "scrOutTempMin", sum(m."scrOutTempMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."scrOutTempMean" is not null), 0) as "scrOutTempMean", max(m."scrOutTempMax")::float8 as "scrOutTempMax", min(m."coolantTempMin")::float8 as "coolantTempMin", sum(m."coolantTempMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."coolantTempMean" is not null), 0) as "coolantTempMean", max(m."coolantTempMax")::float8 as "coolantTempMax", min(m."powerMin")::float8 as "powerMin", sum(m."powerMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."powerMean" is not null), 0) as "powerMean", max(m."powerMax")::float8 as "powerMax", min(m."ureaLevelMin")::float8 as "ureaLevelMin", sum(m."ureaLevelMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."ureaLevelMean" is not null), 0) as "ureaLevelMean", max(m."ureaLevelMax")::float8 as "ureaLevelMax", min(m."fuelLevelMin")::float8 as "fuelLevelMin", sum(m."fuelLevelMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."fuelLevelMean" is not null), 0) as "fuelLevelMean", max(m."fuelLevelMax")::float8 as "fuelLevelMax", min(m."pmMin")::float8 as "pmMin", sum(m."pmMean"::float8 * m.samples) / nullif(sum(m.samples::float8) filter (where m."pmMean" is not null), 0) as "pmMean", max(m."pmMax")::float8 as "pmMax"
from truck_minute m group by 1, 2;
--> statement-breakpoint
comment on view analyst.hours is 'One truck, one hour that has samples, from its minutes: sums add, means are weighted by samples';
--> statement-breakpoint
comment on column analyst.hours.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.hours.time is 'Begin of the hour';
--> statement-breakpoint
comment on column analyst.hours."samples" is 'Samples';
--> statement-breakpoint
comment on column analyst.hours."engineOnS" is 'Seconds with the engine on';
--> statement-breakpoint
comment on column analyst.hours."noxValidS" is 'Seconds of these with a valid NOx mass; ÷ engineOnS: share of valid data';
--> statement-breakpoint
comment on column analyst.hours."noxG" is 'NOx as NO2 over the valid seconds [g], not extrapolated';
--> statement-breakpoint
comment on column analyst.hours."co2G" is 'CO2 [g]';
--> statement-breakpoint
comment on column analyst.hours."fuelKg" is 'Fuel [kg]';
--> statement-breakpoint
comment on column analyst.hours."workKwh" is 'Work of the engine [kWh]';
--> statement-breakpoint
comment on column analyst.hours."distanceKm" is 'Distance [km]';
--> statement-breakpoint
comment on column analyst.hours."noxOfWorkG" is 'NOx of seconds with both NOx and work valid [g]; ÷ workOfNoxKwh: g/kWh';
--> statement-breakpoint
comment on column analyst.hours."workOfNoxKwh" is 'Work of the same seconds [kWh]';
--> statement-breakpoint
comment on column analyst.hours."noxOfFuelG" is 'NOx of seconds with both NOx and fuel valid [g]; ÷ fuelOfNoxKg: g/kg';
--> statement-breakpoint
comment on column analyst.hours."fuelOfNoxKg" is 'Fuel of the same seconds [kg]';
--> statement-breakpoint
comment on column analyst.hours."noxOfDistanceG" is 'NOx of seconds with both NOx and speed valid [g]; ÷ distanceOfNoxKm: g/km';
--> statement-breakpoint
comment on column analyst.hours."distanceOfNoxKm" is 'Distance of the same seconds [km]';
--> statement-breakpoint
comment on column analyst.hours."ureaL" is 'Urea injected [L]; null where the terminal does not send it';
--> statement-breakpoint
comment on column analyst.hours."speedMin" is 'Speed [km/h], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."speedMean" is 'Speed [km/h], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."speedMax" is 'Speed [km/h], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."rpmMin" is 'Engine speed [rpm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."rpmMean" is 'Engine speed [rpm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."rpmMax" is 'Engine speed [rpm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxUpMin" is 'Upstream NOx [ppm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxUpMean" is 'Upstream NOx [ppm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxUpMax" is 'Upstream NOx [ppm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxDownMin" is 'Downstream NOx [ppm], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxDownMean" is 'Downstream NOx [ppm], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."noxDownMax" is 'Downstream NOx [ppm], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrInTempMin" is 'SCR inlet [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrInTempMean" is 'SCR inlet [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrInTempMax" is 'SCR inlet [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrOutTempMin" is 'SCR outlet [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrOutTempMean" is 'SCR outlet [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."scrOutTempMax" is 'SCR outlet [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."coolantTempMin" is 'Coolant [°C], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."coolantTempMean" is 'Coolant [°C], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."coolantTempMax" is 'Coolant [°C], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."powerMin" is 'Net power [kW], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."powerMean" is 'Net power [kW], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."powerMax" is 'Net power [kW], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."ureaLevelMin" is 'Urea level [%], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."ureaLevelMean" is 'Urea level [%], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."ureaLevelMax" is 'Urea level [%], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."fuelLevelMin" is 'Fuel level [%], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."fuelLevelMean" is 'Fuel level [%], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."fuelLevelMax" is 'Fuel level [%], maximum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."pmMin" is 'PM [mg/m³], minimum of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."pmMean" is 'PM [mg/m³], mean of the valid samples';
--> statement-breakpoint
comment on column analyst.hours."pmMax" is 'PM [mg/m³], maximum of the valid samples';
--> statement-breakpoint
create view analyst.days as
select d.vehicle_id, d.day, d.until, d.samples, d.first_time, d.last_time, d.engine_on_s, d.nox_valid_s, d.distance_km, d.work_kwh, d.fuel_kg, d.nox_g, d.co2_g, d.transmission_rate, d.nox_valid_share, d.p90_g_per_kwh, d.method_class, d.conflicts, d.worst_level, d.formula, d.rules_version, d.evaluated_at, (d.summary #>> '{quality,channels,noxDownPpm,effectiveRate}')::float8 as effective_rate
from truck_day d;
--> statement-breakpoint
comment on view analyst.days is 'One truck, one evaluated Beijing day';
--> statement-breakpoint
comment on column analyst.days.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.days.day is 'Beijing calendar day';
--> statement-breakpoint
comment on column analyst.days.until is 'End of the time that was looked at: the end of the day, or when the day under way was evaluated';
--> statement-breakpoint
comment on column analyst.days.samples is 'Samples of the day';
--> statement-breakpoint
comment on column analyst.days.first_time is 'First sample';
--> statement-breakpoint
comment on column analyst.days.last_time is 'Last sample';
--> statement-breakpoint
comment on column analyst.days.engine_on_s is 'Seconds with the engine on';
--> statement-breakpoint
comment on column analyst.days.nox_valid_s is 'Seconds of these with a valid NOx mass';
--> statement-breakpoint
comment on column analyst.days.distance_km is 'Distance [km]';
--> statement-breakpoint
comment on column analyst.days.work_kwh is 'Work [kWh]';
--> statement-breakpoint
comment on column analyst.days.fuel_kg is 'Fuel [kg]';
--> statement-breakpoint
comment on column analyst.days.nox_g is 'NOx as NO2 over the valid seconds [g]';
--> statement-breakpoint
comment on column analyst.days.co2_g is 'CO2 [g]';
--> statement-breakpoint
comment on column analyst.days.transmission_rate is 'Samples received ÷ due, 0 … 1';
--> statement-breakpoint
comment on column analyst.days.nox_valid_share is 'Valid downstream NOx on the hot engine, 0 … 1';
--> statement-breakpoint
comment on column analyst.days.p90_g_per_kwh is '90th percentile of the valid work windows [g NOx/kWh]';
--> statement-breakpoint
comment on column analyst.days.method_class is 'A, B or C';
--> statement-breakpoint
comment on column analyst.days.conflicts is 'Records that contradicted a stored one';
--> statement-breakpoint
comment on column analyst.days.worst_level is 'Gravest level of the findings; null: none';
--> statement-breakpoint
comment on column analyst.days.formula is 'Version of the arithmetic';
--> statement-breakpoint
comment on column analyst.days.rules_version is 'Version of the rules';
--> statement-breakpoint
comment on column analyst.days.evaluated_at is 'When it was evaluated; anew when late data come';
--> statement-breakpoint
comment on column analyst.days.effective_rate is 'Transmission rate × valid rate of downstream NOx, 0 … 1';
--> statement-breakpoint
create view analyst.trips as
select d.vehicle_id, d.day, to_timestamp((x.trip ->> 'fromSec')::float8) as from_time, to_timestamp((x.trip ->> 'toSec')::float8) as to_time,
  (x.trip #>> '{totals,engineOnS}')::float8 as engine_on_s, (x.trip #>> '{totals,noxValidS}')::float8 as nox_valid_s, (x.trip #>> '{totals,distanceKm}')::float8 as distance_km,
  (x.trip #>> '{totals,workKwh}')::float8 as work_kwh, (x.trip #>> '{totals,fuelKg}')::float8 as fuel_kg, (x.trip #>> '{totals,noxG}')::float8 as nox_g, (x.trip ->> 'p90')::float8 as p90_g_per_kwh
from truck_day d cross join lateral jsonb_array_elements(d.summary -> 'trips') as x (trip);
--> statement-breakpoint
comment on view analyst.trips is 'One trip, by the Beijing day it begins on: until the engine was off or silent for 600 s';
--> statement-breakpoint
comment on column analyst.trips.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.trips.day is 'Beijing calendar day';
--> statement-breakpoint
comment on column analyst.trips.from_time is 'First sample with the engine on';
--> statement-breakpoint
comment on column analyst.trips.to_time is 'Last sample; a trip over midnight is cut there';
--> statement-breakpoint
comment on column analyst.trips.engine_on_s is 'Seconds with the engine on';
--> statement-breakpoint
comment on column analyst.trips.nox_valid_s is 'Seconds of these with a valid NOx mass';
--> statement-breakpoint
comment on column analyst.trips.distance_km is 'Distance [km]';
--> statement-breakpoint
comment on column analyst.trips.work_kwh is 'Work [kWh]';
--> statement-breakpoint
comment on column analyst.trips.fuel_kg is 'Fuel [kg]';
--> statement-breakpoint
comment on column analyst.trips.nox_g is 'NOx as NO2 over the valid seconds [g]';
--> statement-breakpoint
comment on column analyst.trips.p90_g_per_kwh is '90th percentile of the valid windows [g/kWh]';
--> statement-breakpoint
create view analyst.findings as
select f.id, f.vehicle_id, f.rule, f.day, f.level, f.cause, f.version, f.class, f.opened_at, f.updated_at, f.withdrawn_at
from findings f;
--> statement-breakpoint
comment on view analyst.findings is 'What a rule found on a truck and a day; a lead until a lawful test confirms it';
--> statement-breakpoint
comment on column analyst.findings.id is 'Id of the finding';
--> statement-breakpoint
comment on column analyst.findings.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.findings.rule is 'Rule';
--> statement-breakpoint
comment on column analyst.findings.day is 'Beijing calendar day';
--> statement-breakpoint
comment on column analyst.findings.level is 'probable, suspected, fault, attention, event';
--> statement-breakpoint
comment on column analyst.findings.cause is 'Code of the cause';
--> statement-breakpoint
comment on column analyst.findings.version is 'Version of the rule';
--> statement-breakpoint
comment on column analyst.findings.class is 'Method class';
--> statement-breakpoint
comment on column analyst.findings.opened_at is 'When it was found first';
--> statement-breakpoint
comment on column analyst.findings.updated_at is 'When it last changed';
--> statement-breakpoint
comment on column analyst.findings.withdrawn_at is 'When late data refuted it; null: it stands';
--> statement-breakpoint
create view analyst.leads as
select l.id, l.vehicle_id, l.cause, l.level, l.state, l.first_day, l.last_day, cardinality(l.findings) as findings, l.opened_at, l.updated_at
from leads l;
--> statement-breakpoint
comment on view analyst.leads is 'Findings of one cause on one truck, folded';
--> statement-breakpoint
comment on column analyst.leads.id is 'Id of its first finding';
--> statement-breakpoint
comment on column analyst.leads.vehicle_id is 'Number of the truck';
--> statement-breakpoint
comment on column analyst.leads.cause is 'Code of the cause';
--> statement-breakpoint
comment on column analyst.leads.level is 'Gravest level';
--> statement-breakpoint
comment on column analyst.leads.state is 'open, closed or withdrawn';
--> statement-breakpoint
comment on column analyst.leads.first_day is 'First Beijing day';
--> statement-breakpoint
comment on column analyst.leads.last_day is 'Last Beijing day';
--> statement-breakpoint
comment on column analyst.leads.findings is 'Number of findings';
--> statement-breakpoint
comment on column analyst.leads.opened_at is 'When it began';
--> statement-breakpoint
comment on column analyst.leads.updated_at is 'When it last changed';
