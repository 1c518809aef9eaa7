import type { Field } from '../fields.ts';

const OBD = 'GB 17691-2018 Annex Q table Q.6, field';

/** Type 01, OBD block, the 96 bytes before the list of trouble codes; four bytes a code follow (GB 17691-2018 Annex Q table Q.6). */
// biome-ignore format: one row a line
export const OBD_FIELDS: readonly Field[] = [
  { id: 'obdProtocol', zh: 'OBD诊断协议', en: 'OBD protocol', type: 'u8', sentinel: 'none', codes: { 0: 'ISO 15765', 1: 'ISO 27145', 2: 'SAE J1939', 254: 'invalid' }, source: `${OBD} 1` },
  { id: 'mil', zh: 'MIL状态', en: 'malfunction indicator lamp', type: 'u8', sentinel: 'none', codes: { 0: 'off', 1: 'on', 254: 'invalid' }, source: `${OBD} 2` },
  { id: 'supported', zh: '诊断支持状态', en: 'supported monitors (bit = 1: supported)', type: 'u16', sentinel: 'none', source: `${OBD} 3` },
  { id: 'ready', zh: '诊断就绪状态', en: 'readiness (bit = 1: test not complete)', type: 'u16', sentinel: 'none', source: `${OBD} 4` },
  { id: 'obdVin', zh: '车辆识别号', en: 'VIN of the engine controller', type: 'ascii', size: 17, source: `${OBD} 5` },
  { id: 'calId', zh: '软件标定识别号', en: 'calibration id', type: 'ascii', size: 18, source: `${OBD} 6` },
  { id: 'cvn', zh: '标定验证码', en: 'calibration verification number', type: 'bytes', size: 18, source: `${OBD} 7` },
  { id: 'iupr', zh: 'IUPR值', en: 'in-use performance counters, 18 words', type: 'bytes', size: 36, source: `${OBD} 8` },
  { id: 'dtcCount', zh: '故障码总数', en: 'number of trouble codes', type: 'u8', sentinel: 'none', codes: { 254: 'invalid', 255: 'invalid' }, source: `${OBD} 9` },
];

/** Bytes of the block before the list. */
export const OBD_HEAD_BYTES = 96;

/** Where the number of codes stands. */
export const DTC_COUNT_AT = 95;

/** Bytes of a trouble code. */
export const DTC_BYTES = 4;

/** Largest number of codes; FE and FF say that there is no list. */
export const MAX_DTCS = 253;

/** The 18 counters in wire order, compression ignition (SAE J1979-DA group 11). */
export const IUPR_COUNTERS = [
  'OBDCOND',
  'IGNCNTR',
  'HCCATCOMP',
  'HCCATCOND',
  'NCATCOMP',
  'NCATCOND',
  'NADSCOMP',
  'NADSCOND',
  'PMCOMP',
  'PMCOND',
  'EGSCOMP',
  'EGSCOND',
  'EGRCOMP',
  'EGRCOND',
  'BPCOMP',
  'BPCOND',
  'FUELCOMP',
  'FUELCOND',
] as const;

/** Monitors of the supported and ready words, bit 0 first. */
export const OBD_MONITORS = [
  'catalyst',
  'heated catalyst',
  'evaporative system',
  'secondary air',
  'A/C refrigerant',
  'exhaust gas sensor',
  'exhaust sensor heater',
  'EGR/VVT',
  'cold start aid',
  'boost pressure control',
  'DPF',
  'SCR or NOx adsorber',
  'NMHC oxidation catalyst',
  'misfire',
  'fuel system',
  'comprehensive component',
] as const;
