import type { Field } from '../fields.ts';

const FRAME = 'GB 17691-2018 Annex Q, packet structure; HJ 1239.3-2021 chapter 4';

/** The 24 bytes before the data unit. */
// biome-ignore format: one row a line
export const HEADER_FIELDS: readonly Field[] = [
  { id: 'start', zh: '起始符', en: 'start symbol 23 23', type: 'u16', sentinel: 'none', source: FRAME },
  { id: 'command', zh: '命令单元', en: 'command', type: 'u8', sentinel: 'none', source: FRAME },
  { id: 'vin', zh: '车辆识别号', en: 'VIN', type: 'ascii', size: 17, source: FRAME },
  { id: 'softwareVersion', zh: '终端软件版本号', en: 'terminal software version', type: 'u8', sentinel: 'none', source: FRAME },
  { id: 'encryption', zh: '数据加密方式', en: 'encryption (01 none)', type: 'u8', sentinel: 'none', source: FRAME },
  { id: 'dataLength', zh: '数据单元长度', en: 'length of the data unit', type: 'u16', sentinel: 'none', source: FRAME },
];

/** Start symbol byte, twice. */
export const START_BYTE = 0x23;
export const COMMAND_AT = 2;
export const VIN_AT = 3;
export const VERSION_AT = 20;
export const ENCRYPTION_AT = 21;
export const LENGTH_AT = 22;
export const HEADER_BYTES = 24;
/** A frame without data: header and check byte. */
export const MIN_FRAME_BYTES = 25;
/** The only encryption value that is read: none. */
export const ENCRYPTION_NONE = 0x01;

/** The commands of the terminal link. */
export const COMMAND = {
  login: 0x01,
  realtime: 0x02,
  reissue: 0x03,
  logout: 0x04,
  timeSync: 0x05,
  tamper: 0x06,
  activation: 0x07,
  activationAnswer: 0x08,
} as const;

/** Names of the commands, for descriptions. */
export const COMMAND_NAMES: Readonly<Record<number, { readonly zh: string; readonly en: string }>> = {
  [COMMAND.login]: { zh: '车辆登入', en: 'vehicle login' },
  [COMMAND.realtime]: { zh: '实时信息上报', en: 'real-time report' },
  [COMMAND.reissue]: { zh: '补发信息上报', en: 're-issued report' },
  [COMMAND.logout]: { zh: '车辆登出', en: 'vehicle logout' },
  [COMMAND.timeSync]: { zh: '终端校时', en: 'terminal time sync' },
  [COMMAND.tamper]: { zh: '拆除报警', en: 'tamper (removal) alarm' },
  [COMMAND.activation]: { zh: '激活信息', en: 'activation information' },
  [COMMAND.activationAnswer]: { zh: '激活应答', en: 'activation answer' },
};
