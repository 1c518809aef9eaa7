import type { Field } from '../fields.ts';
import { COMMAND } from './header.ts';

const CONTROL = 'GB 17691-2018 Annex Q, table of command';
const TAMPER = 'HJ 1239.3-2021, tamper alarm (06)';

const time: Field = { id: 'time', zh: '时间', en: 'time (Beijing)', type: 'time', source: CONTROL };
const seq: Field = { id: 'seq', zh: '流水号', en: 'sequence number of the day', type: 'u16', sentinel: 'none', source: CONTROL };

/** Command 01, 28 bytes. */
// biome-ignore format: one row a line
export const LOGIN_FIELDS: readonly Field[] = [
  { ...time, zh: '登入时间', source: `${CONTROL} 01` },
  { ...seq, zh: '登入流水号', source: `${CONTROL} 01` },
  { id: 'iccid', zh: 'SIM卡ICCID', en: 'ICCID of the SIM card', type: 'ascii', size: 20, source: `${CONTROL} 01` },
];

/** Command 04, 8 bytes. */
// biome-ignore format: one row a line
export const LOGOUT_FIELDS: readonly Field[] = [
  { ...time, zh: '登出时间', source: `${CONTROL} 04` },
  { ...seq, zh: '登出流水号', source: `${CONTROL} 04` },
];

/** Command 06, 17 bytes. The position has the codes of the engine stream. */
// biome-ignore format: one row a line
export const TAMPER_FIELDS: readonly Field[] = [
  { ...time, zh: '拆除时间', source: TAMPER },
  { ...seq, zh: '拆除报警流水号', source: TAMPER },
  { id: 'location', zh: '定位状态', en: 'location status: bit 0 = 1 no fix, bit 1 south, bit 2 west', type: 'u8', sentinel: 'none', source: TAMPER },
  { id: 'lonDeg', zh: '经度', en: 'longitude', type: 'u32', signal: true, scale: 0.000001, offset: 0, unit: '°', sentinel: 'allOnes', source: TAMPER },
  { id: 'latDeg', zh: '纬度', en: 'latitude', type: 'u32', signal: true, scale: 0.000001, offset: 0, unit: '°', sentinel: 'allOnes', source: TAMPER },
];

/** The data unit of each control command; time sync has none. */
export const CONTROL_UNITS: Readonly<
  Record<number, { readonly kind: 'login' | 'logout' | 'timeSync' | 'tamper'; readonly fields: readonly Field[] }>
> = {
  [COMMAND.login]: { kind: 'login', fields: LOGIN_FIELDS },
  [COMMAND.logout]: { kind: 'logout', fields: LOGOUT_FIELDS },
  [COMMAND.timeSync]: { kind: 'timeSync', fields: [] },
  [COMMAND.tamper]: { kind: 'tamper', fields: TAMPER_FIELDS },
};
