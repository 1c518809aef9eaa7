import type { Field } from '../fields.ts';
import { SIGNAL_TABLE } from './signal-table.ts';

type SignalId = (typeof SIGNAL_TABLE)[number]['id'];
type Numeric = 'u8' | 'u16' | 'u32';

const bySignal = new Map(SIGNAL_TABLE.map((signal) => [signal.id, signal]));

/** A field that is a signal of the catalogue: names, unit and source come from there. */
function signal(id: SignalId, type: Numeric, sentinel: 'j1939' | 'nox' | 'allOnes' = 'j1939'): Field {
  const row = bySignal.get(id);
  if (row === undefined) throw new Error(`no signal ${id}`);
  return {
    id,
    zh: row.zh,
    en: row.en,
    type,
    signal: true,
    scale: row.scale,
    offset: row.offset,
    unit: row.unit,
    sentinel,
    source: row.source,
  };
}

/** Type 02, engine stream of a DPF/SCR engine, 37 bytes (GB 17691-2018 Annex Q table Q.7). Field 9 is urea, field 15 fuel. */
// biome-ignore format: one row a line
export const ENGINE_STREAM_FIELDS: readonly Field[] = [
  signal('speedKmh', 'u16'),
  signal('baroKpa', 'u8'),
  signal('netTorquePct', 'u8'),
  signal('frictionTorquePct', 'u8'),
  signal('engineRpm', 'u16'),
  signal('fuelRateLph', 'u16'),
  signal('noxUpPpm', 'u16', 'nox'),
  signal('noxDownPpm', 'u16', 'nox'),
  signal('ureaLevelPct', 'u8'),
  signal('airFlowKgh', 'u16'),
  signal('scrInTempC', 'u16'),
  signal('scrOutTempC', 'u16'),
  signal('dpfDeltaKpa', 'u16'),
  signal('coolantTempC', 'u8'),
  signal('fuelLevelPct', 'u8'),
  { id: 'location', zh: '定位状态', en: 'location status: bit 0 = 1 no fix, bit 1 south, bit 2 west', type: 'u8', sentinel: 'none', source: 'GB 17691-2018 Annex Q table Q.7, field 16' },
  signal('lonDeg', 'u32', 'allOnes'),
  signal('latDeg', 'u32', 'allOnes'),
  signal('odometerKm', 'u32'),
];

/** Type 80, supplementary data, 17 bytes (HJ 1239.3-2021 informative annex; Shanghai in-use guide table A.8). */
export const SUPPLEMENT_FIELDS: readonly Field[] = [
  signal('torqueMode', 'u8'),
  signal('acceleratorPct', 'u8'),
  signal('fuelTotalL', 'u32'),
  signal('ureaTankTempC', 'u8'),
  signal('ureaInjectionMlh', 'u32'),
  signal('ureaTotalG', 'u32'),
  signal('dpfTempC', 'u16'),
];

const SMOKE = 'Shanghai in-use guide extension P-1, type 81 (vendor), word';

/**
 * Type 81, smoke and PM, 18 bytes, extension P-1 of in-use terminals. Only FFFF is defined as invalid; the codes above FAFF are read
 * as J1939 codes all the same, because 6,500 mg/m³ is no measurement. What is no signal stays in the stored original and in `decode`.
 */
// biome-ignore format: one row a line
export const SMOKE_FIELDS: readonly Field[] = [
  { id: 'smokeTempC', zh: '烟度传感器处排气温度', en: 'exhaust temperature at the smoke sensor', type: 'u16', scale: 1, offset: 0, unit: '°C', sentinel: 'j1939', source: `${SMOKE} 1` },
  { id: 'smokeFaultCode', zh: '烟度传感器故障码', en: 'smoke sensor fault code', type: 'u16', sentinel: 'allOnes', source: `${SMOKE} 2` },
  { id: 'backPressureKpa', zh: '排气背压', en: 'exhaust back pressure', type: 'u16', scale: 1, offset: 0, unit: 'kPa', sentinel: 'j1939', source: `${SMOKE} 3` },
  signal('lightAbsorptionPerM', 'u16'),
  signal('opacityPct', 'u16'),
  signal('pmMgM3', 'u16'),
  { id: 'absorptionAlarm', zh: '光吸收系数报警', en: 'light absorption alarm', type: 'u16', sentinel: 'allOnes', source: `${SMOKE} 7` },
  { id: 'backPressureAlarm', zh: '背压报警', en: 'back pressure alarm', type: 'u16', sentinel: 'allOnes', source: `${SMOKE} 8` },
  { id: 'smokeNoxPpm', zh: '烟度传感器NOx', en: 'NOx of the smoke sensor', type: 'u16', scale: 1, offset: 0, unit: 'ppm', sentinel: 'j1939', source: `${SMOKE} 9` },
];
