/** Largest valid raw codes of J1939-style fields of one, two and four bytes; what lies above is a code, not a value (SAE J1939-71 table 1). */
export const MAX_U8 = 0xfa;
export const MAX_U16 = 0xfaff;
export const MAX_U32 = 0xfaff_ffff;

const STREAM = 'GB 17691-2018 Annex Q table Q.7; HJ 1239.3-2021 type 02, field';
const SUPPLEMENT = 'HJ 1239.3-2021 informative annex, type 80; Shanghai in-use guide table A.8, byte';
const SMOKE = 'Shanghai in-use guide extension P-1, type 81 (vendor), word';

/**
 * The signal catalogue. Ids and order are frozen: storage, API, files and the quality bits hang on them; new signals go to the end.
 * Only decisions are written here; offsets, lengths, schemas and documents derive from it.
 */
// biome-ignore format: one row a line
export const SIGNAL_TABLE = [
  { id: 'speedKmh', zh: '车速', en: 'vehicle speed', unit: 'km/h', scale: 1 / 256, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 1`, certainty: 'C' },
  { id: 'baroKpa', zh: '大气压力', en: 'atmospheric pressure', unit: 'kPa', scale: 0.5, offset: 0, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 1, source: `${STREAM} 2`, certainty: 'C' },
  { id: 'netTorquePct', zh: '发动机净输出扭矩', en: 'engine net output torque, share of the reference torque', unit: '%', scale: 1, offset: -125, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 0, source: `${STREAM} 3`, certainty: 'C' },
  { id: 'frictionTorquePct', zh: '摩擦扭矩', en: 'friction torque, share of the reference torque', unit: '%', scale: 1, offset: -125, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 0, source: `${STREAM} 4`, certainty: 'C' },
  { id: 'engineRpm', zh: '发动机转速', en: 'engine speed', unit: 'rpm', scale: 0.125, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 0, source: `${STREAM} 5`, certainty: 'C' },
  { id: 'fuelRateLph', zh: '发动机燃料流量', en: 'engine fuel flow', unit: 'L/h', scale: 0.05, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 2, source: `${STREAM} 6`, certainty: 'C' },
  { id: 'noxUpPpm', zh: 'SCR上游NOx', en: 'NOx upstream of the SCR', unit: 'ppm', scale: 0.05, offset: -200, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 7`, certainty: 'C' },
  { id: 'noxDownPpm', zh: 'SCR下游NOx', en: 'NOx downstream of the SCR', unit: 'ppm', scale: 0.05, offset: -200, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 8`, certainty: 'C' },
  { id: 'ureaLevelPct', zh: '反应剂余量', en: 'reagent (urea) level', unit: '%', scale: 0.4, offset: 0, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 1, source: `${STREAM} 9`, certainty: 'C' },
  { id: 'airFlowKgh', zh: '进气量', en: 'intake air mass flow', unit: 'kg/h', scale: 0.05, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 10`, certainty: 'C' },
  { id: 'scrInTempC', zh: 'SCR入口温度', en: 'SCR inlet temperature', unit: '°C', scale: 0.03125, offset: -273, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 11`, certainty: 'C' },
  { id: 'scrOutTempC', zh: 'SCR出口温度', en: 'SCR outlet temperature', unit: '°C', scale: 0.03125, offset: -273, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 12`, certainty: 'C' },
  { id: 'dpfDeltaKpa', zh: 'DPF压差', en: 'DPF differential pressure, or exhaust back pressure', unit: 'kPa', scale: 0.1, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${STREAM} 13`, certainty: 'C' },
  { id: 'coolantTempC', zh: '发动机冷却液温度', en: 'coolant temperature', unit: '°C', scale: 1, offset: -40, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 0, source: `${STREAM} 14`, certainty: 'C' },
  { id: 'fuelLevelPct', zh: '油箱液位', en: 'fuel tank level', unit: '%', scale: 0.4, offset: 0, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 1, source: `${STREAM} 15`, certainty: 'C' },
  { id: 'lonDeg', zh: '经度', en: 'longitude, WGS-84, east', unit: '°', scale: 0.000001, offset: 0, rawMin: 0, rawMax: 180_000_000, storage: 'int4', decimals: 6, source: `${STREAM} 17`, certainty: 'C' },
  { id: 'latDeg', zh: '纬度', en: 'latitude, WGS-84, north', unit: '°', scale: 0.000001, offset: 0, rawMin: 0, rawMax: 90_000_000, storage: 'int4', decimals: 6, source: `${STREAM} 18`, certainty: 'C' },
  { id: 'odometerKm', zh: '累计里程', en: 'cumulative mileage', unit: 'km', scale: 0.1, offset: 0, rawMin: 0, rawMax: MAX_U32, storage: 'int8', decimals: 1, source: `${STREAM} 19`, certainty: 'C' },
  { id: 'pmMgM3', zh: '颗粒物浓度', en: 'particulate matter concentration', unit: 'mg/m³', scale: 0.1, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${SMOKE} 6`, certainty: 'L' },
  { id: 'opacityPct', zh: '不透光度', en: 'exhaust opacity', unit: '%', scale: 0.1, offset: 0, rawMin: 0, rawMax: 1000, storage: 'int4', decimals: 1, source: `${SMOKE} 5`, certainty: 'L' },
  { id: 'lightAbsorptionPerM', zh: '光吸收系数', en: 'light absorption coefficient k', unit: 'm⁻¹', scale: 0.01, offset: 0, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 2, source: `${SMOKE} 4`, certainty: 'L' },
  { id: 'ambientTempC', zh: '环境温度', en: 'ambient air temperature', unit: '°C', scale: 0.03125, offset: -273, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: 'JSON form only; resolution of SAE J1939-71 SPN 171', certainty: 'P' },
  { id: 'torqueMode', zh: '发动机扭矩模式', en: 'engine torque mode (0 over-speed or fail, 1 speed control, 2 torque control, 3 speed and torque control, 9 normal)', unit: '', scale: 1, offset: 0, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 0, source: `${SUPPLEMENT} 0`, certainty: 'C' },
  { id: 'acceleratorPct', zh: '油门踏板', en: 'accelerator pedal position', unit: '%', scale: 0.4, offset: 0, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 1, source: `${SUPPLEMENT} 1`, certainty: 'C' },
  { id: 'fuelTotalL', zh: '累计油耗', en: 'total fuel used', unit: 'L', scale: 0.5, offset: 0, rawMin: 0, rawMax: MAX_U32, storage: 'int8', decimals: 1, source: `${SUPPLEMENT} 2`, certainty: 'C' },
  { id: 'ureaTankTempC', zh: '尿素箱温度', en: 'urea tank temperature', unit: '°C', scale: 1, offset: -40, rawMin: 0, rawMax: MAX_U8, storage: 'int4', decimals: 0, source: `${SUPPLEMENT} 6`, certainty: 'C' },
  { id: 'ureaInjectionMlh', zh: '实际尿素喷射量', en: 'actual urea injection', unit: 'mL/h', scale: 0.01, offset: 0, rawMin: 0, rawMax: MAX_U32, storage: 'int8', decimals: 2, source: `${SUPPLEMENT} 7`, certainty: 'C' },
  { id: 'ureaTotalG', zh: '累计尿素消耗', en: 'total urea used', unit: 'g', scale: 1, offset: 0, rawMin: 0, rawMax: MAX_U32, storage: 'int8', decimals: 0, source: `${SUPPLEMENT} 11`, certainty: 'C' },
  { id: 'dpfTempC', zh: 'DPF排气温度', en: 'DPF exhaust temperature', unit: '°C', scale: 0.03125, offset: -273, rawMin: 0, rawMax: MAX_U16, storage: 'int4', decimals: 1, source: `${SUPPLEMENT} 15`, certainty: 'C' },
] as const;
