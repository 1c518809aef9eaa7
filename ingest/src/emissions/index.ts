export { type AirFuelMap, airFuelAt, learnAirFuelMap } from './air-fuel-map.ts';
export { altitudeM, FEET_PER_M } from './altitude.ts';
export { KNOWN } from './amounts.ts';
export {
  type BeforeAfter,
  type BeforeAfterSettings,
  beforeAfter,
  type Control,
  controlLogRatio,
  LEAST_FACTOR,
  type Ranged,
} from './before-after/before-after.ts';
export { type Match, type MatchSettings, matchBins, ownFactor, sumBins, weightedFactor } from './before-after/match.ts';
export {
  type BoundaryConditions,
  EPA_BOUNDARY,
  OUTSIDE,
  OUTSIDE_NAMES,
  outside,
  PEMS_BOUNDARY,
  uncheckedConditions,
} from './boundary.ts';
export { co2PerFuel } from './carbon.ts';
export { type ChannelCompleteness, type Completeness, completenessOf, GAP_DISTANCE_KM, type Gap, rates } from './completeness.ts';
export {
  AIR_G_PER_MOL,
  AIR_KJ_PER_KG_K,
  AIR_O2_FRACTION,
  C_G_PER_MOL,
  CO2_G_PER_MOL,
  EXHAUST_KG_PER_MOL,
  FUEL_G_PER_MOL_C,
  FUEL_H_TO_C,
  GAS_J_PER_MOL_K,
  GRAVITY_MS2,
  HOUR_S,
  KWH_PER_HPH,
  METHOD_DEFAULTS,
  MS_PER_MPH,
  NO2_G_PER_MOL,
  U_NOX_R49_05,
  U_NOX_R49_06,
  ZERO_C_IN_K,
} from './constants.ts';
export { gPerKgFuel, gPerKwhOfFuel, gPerKwhOfPpm, ppmOfGPerKwh } from './conversions.ts';
export { type Derived, type DeriveOptions, derive } from './derive.ts';
export { DPF_MIN_FLOW_M3S, dpfResistance, exhaustM3s } from './dpf.ts';
export { dpfResistances } from './dpf-series.ts';
export { type DuplicateReport, type FileRows, resolveDuplicates } from './duplicate-times.ts';
export { ENGINE, validAt, validOf, valueAt } from './engine-state.ts';
export {
  binOneGPerHour,
  binTwoPerWork,
  EPA_LEAST_WINDOWS,
  type EpaBins,
  type EpaInterval,
  type EpaStandard,
  epaBins,
  epaStandard,
} from './epa-bins.ts';
export {
  EPA_BIN_EDGE,
  EPA_EXCLUSION_LIMIT_S,
  EPA_INTERVAL_S,
  type EpaWindows,
  epaWindows,
  inBinOne,
  normalisedCo2,
} from './epa-windows.ts';
export {
  exhaustFromRatioKgh,
  exhaustGPerMol,
  exhaustKgh,
  fuelMassKgh,
  type OxygenBalance,
  oxygenBalance,
  speedDensityAirKgh,
} from './exhaust-flow.ts';
export { type Figure, figure, type NoFigure, noFigure, quotient, scaled } from './figure.ts';
export { type ExhaustFlow, exhaustFlow, FLOW_CLASS, FLOW_METHODS, type FlowMethod } from './flow-method.ts';
export { dryToWet, type FuelComposition, fuelFactor, humidityFactor05, humidityFactor06, humidityGKg } from './humidity.ts';
export { type JudgedTrace, type JudgeOptions, judge, type NotChecked } from './judge.ts';
export { countJudged, JUDGED, JUDGED_NAMES, type JudgedCounts, type JudgedName } from './judged.ts';
export { byteColumn, floatColumn, indexColumn, lending, shortColumn } from './lent-columns.ts';
export { OPERATING_MODES, type OperatingMode, operatingMode, operatingModes } from './moves-mode.ts';
export { MOVES_VEHICLES, type MovesVehicle, scaledTractivePower } from './moves-power.ts';
export { alignNox, findNoxLag, findNoxLags, MAX_LAG_S, type NoxLag } from './nox-lag.ts';
export {
  type EmissionStage,
  MASS_BASIS,
  noxGh,
  noxMolarGs,
  noxPerFuelFromSensor,
  publishedMassRatio,
  publishedNoxGs,
  publishedToNo2,
  uFromDensity,
  uNox,
} from './nox-mass.ts';
export { NOX_CHANNELS, type NoxChannel } from './nox-ready.ts';
export {
  OPERATION_BIN_COUNT,
  type OperationBin,
  operationBin,
  operationBins,
  operationSums,
  POWER_EDGES,
  SPEED_EDGES_KMH,
} from './operation-bins.ts';
export {
  absorptionPerM,
  OPACITY_PATH_M,
  opacityPct,
  PM_INDICATOR_HALF_WIDTH,
  pmGh,
  pmIndicatorMgM3,
  sootOfAbsorption,
  sootOfFsnAvl,
  sootOfFsnR49,
} from './particulate.ts';
export { coverOf, GAP_LIMIT_S, HOLD_LIMIT_S, HOLD_PERIODS, holdLimitS, periodOf } from './period.ts';
export { PLAUSIBLE_FACTS, type PlausibleFact } from './plausible-facts.ts';
export { netTorqueNm, netTorqueOfIndicatedNm, powerKw, referenceTorqueGuessNm, type TorqueKind, workKwh } from './power.ts';
export { QUALITY_PARAMETERS, type QualityParameters } from './quality-parameters.ts';
export { type RoadVehicle, roadLoadKw } from './road-load.ts';
export { runningPeriodOf } from './running-period.ts';
export { scrEfficiency } from './scr-efficiency.ts';
export { type SmokeReadings, type SmokeSource, type SmokeSummary, smokeOf, smokeReadings, VISIBLE_SMOKE } from './smoke.ts';
export { type Mark, type Sourced, type ValuesOf, valuesOf } from './sourced.ts';
export { cohenKappa, type Kappa, type PairCounts, type ShareInterval, wilson } from './stats/agreement.ts';
export { type BootstrapSettings, clusterBootstrap, type DaySums, type Interval, logRatioInterval } from './stats/bootstrap.ts';
export { clopperPearsonLower, clopperPearsonUpper } from './stats/clopper-pearson.ts';
export { type CusumSettings, cusum, cusumStep, DRIFT_CUSUM } from './stats/cusum.ts';
export { falseDiscovery, getisOrd, queenNeighbours } from './stats/getis-ord.ts';
export { combinedUncertainty, guardFactor, UNCERTAINTY } from './stats/guard-factor.ts';
export { gini, topShare } from './stats/inequality.ts';
export { mannWhitney, type RankSum } from './stats/mann-whitney.ts';
export { MODIFIED_Z_LIMIT, modifiedZ } from './stats/modified-z.ts';
export { normalTwoSided, normalUpperTail } from './stats/normal.ts';
export { median, percentile } from './stats/percentile.ts';
export { type Random, seededRandom } from './stats/random.ts';
export { ranks } from './stats/ranks.ts';
export { type Relation, relationOf } from './stats/relation.ts';
export { type BinSums, pooledWeights, type Standardised, standardise } from './stats/standardise.ts';
export { type Trend, trend } from './stats/trend.ts';
export { hodgesLehmann, type ShiftInterval, type SignedRank, shiftInterval, wilcoxonSignedRank } from './stats/wilcoxon.ts';
export { derivedWithin, judgedWithin, traceWithin } from './stretch.ts';
export { STUCK_CHANNELS } from './stuck.ts';
export { type Delays, LATE_AFTER_S, type Timeliness, timelinessFrom, timelinessOf } from './timeliness.ts';
export { BSFC_RANGE_G_PER_KWH, findTorqueKind, type TorqueFinding } from './torque-kind.ts';
export {
  addSums,
  addTotals,
  type Factors,
  factorsOf,
  KNOWN_KEYS,
  noTotals,
  SUMS_LENGTH,
  sumsByBin,
  TOTALS_KEYS,
  type Totals,
  totalsFrom,
  totalsOf,
} from './totals.ts';
export {
  CAMPAIGN_CHANNELS,
  type Channel,
  type Column,
  columnOf,
  EMISSION_SIGNALS,
  hasNumber,
  type RawSamples,
  type Trace,
  traceOf,
  valueLayout,
} from './trace.ts';
export { type Stretch, tripsOf } from './trips.ts';
export { type TruckBinOptions, truckBins } from './truck-bins.ts';
export {
  type Dropped,
  type TruckWindowOptions,
  type TruckWindows,
  tripWindow,
  tripWindows,
  truckWindows,
  type WindowSet,
  windowFacts,
} from './truck-windows.ts';
export {
  fuelForDropL,
  levelLitres,
  neededEfficiency,
  SOLUTION_G_PER_G_NOX,
  UREA_G_PER_G_NOX,
  UREA_SOLUTION_KG_L,
  type UreaDemand,
  ureaDemand,
  ureaToFuel,
} from './urea.ts';
export {
  type Assumed,
  bsfcRef,
  fuelDensity,
  fuelRefKg,
  type MethodClass,
  referenceTorque,
  UNKNOWN_VEHICLE,
  type VehicleFacts,
  workRef,
  worst,
} from './vehicle.ts';
export { type SeriesRange, type Spans, type WindowRates, type WindowSeries, windowSeries } from './window-series.ts';
export { THRESHOLD_10, THRESHOLD_20_15, type ThresholdRule } from './window-validity.ts';
export { summarise, type WindowSummary, type WithinLimit, windowClass, withinLimit } from './window-verdict.ts';
export {
  co2Windows,
  fuelWindows,
  longestWindowS,
  type VoidReason,
  type WindowFacts,
  type WindowKind,
  type WindowResult,
  workWindows,
} from './windows.ts';
