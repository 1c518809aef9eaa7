export {
  assembleRoadCheck,
  basisOf,
  chooseDays,
  type JudgedRoadDay,
  type OtherRepair,
  type RoadMaterial,
  type RoadSlice,
  roadBins,
  roadBsfc,
  roadNotValid,
  roadSpan,
  type SummedRoadDay,
} from './assemble.ts';
export { roadCheck } from './road-check.ts';
export {
  ROAD_CHECK_VERSION,
  type RoadBasis,
  type RoadCheckInput,
  type RoadCheckResult,
  type RoadControl,
  type RoadDay,
  type RoadReason,
  type RoadSpan,
  type RoadVerdict,
} from './road-check-types.ts';
export { ROAD_VERDICT_WORDS, roadSentence } from './words.ts';
