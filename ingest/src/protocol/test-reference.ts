/**
 * A second decoder for tests, written from the tables of the standard in another way (offsets spelled out, DataView, one object a record) and sharing no
 * line with the first. It takes whole frames of a layout it is told.
 */

type Missing = 'na' | 'error' | 'reserved' | 'notReady' | 'outOfRange';
export type ReferenceValues = Record<string, number | Missing>;

export interface ReferenceFrame {
  readonly samples: readonly { readonly timeSec: number; readonly values: ReferenceValues }[];
  readonly obd: readonly { readonly timeSec: number; readonly codes: number; readonly length: number }[];
}

function j1939(raw: number, bytes: 1 | 2 | 4): Missing | undefined {
  const text = raw.toString(16).padStart(2 * bytes, '0');
  if (text.startsWith('ff')) return 'na';
  if (text.startsWith('fe')) return 'error';
  return /^f[bcd]/.test(text) ? 'reserved' : undefined;
}

/** Rounds what binary fractions leave behind: no signal has more than eight decimals. */
const tidy = (value: number): number => Number(value.toFixed(8));

function stream(view: DataView, at: number): ReferenceValues {
  const values: ReferenceValues = {};
  const byte = (id: string, offset: number, scale: number, shift: number): void => {
    const raw = view.getUint8(at + offset);
    values[id] = j1939(raw, 1) ?? tidy(raw * scale + shift);
  };
  const word = (id: string, offset: number, scale: number, shift: number): void => {
    const raw = view.getUint16(at + offset);
    values[id] = j1939(raw, 2) ?? tidy(raw * scale + shift);
  };
  word('speedKmh', 0, 1 / 256, 0);
  byte('baroKpa', 2, 0.5, 0);
  byte('netTorquePct', 3, 1, -125);
  byte('frictionTorquePct', 4, 1, -125);
  word('engineRpm', 5, 0.125, 0);
  word('fuelRateLph', 7, 0.05, 0);
  word('noxUpPpm', 9, 0.05, -200);
  word('noxDownPpm', 11, 0.05, -200);
  if (view.getUint16(at + 9) === 0) values.noxUpPpm = 'notReady';
  if (view.getUint16(at + 11) === 0) values.noxDownPpm = 'notReady';
  byte('ureaLevelPct', 13, 0.4, 0);
  word('airFlowKgh', 14, 0.05, 0);
  word('scrInTempC', 16, 0.03125, -273);
  word('scrOutTempC', 18, 0.03125, -273);
  word('dpfDeltaKpa', 20, 0.1, 0);
  byte('coolantTempC', 22, 1, -40);
  byte('fuelLevelPct', 23, 0.4, 0);
  const [lon, lat] = [view.getUint32(at + 25), view.getUint32(at + 29)];
  values.lonDeg = lon === 0xffffffff ? 'na' : lon > 180e6 ? 'outOfRange' : lon / 1e6;
  values.latDeg = lat === 0xffffffff ? 'na' : lat > 90e6 ? 'outOfRange' : lat / 1e6;
  const outside = (value: number | Missing | undefined, low: number, high: number): boolean =>
    typeof value === 'number' && (value < low || value > high);
  if (view.getUint8(at + 24) % 2 === 1) Object.assign(values, { lonDeg: 'na', latDeg: 'na' });
  else if (outside(values.lonDeg, 73, 136) || outside(values.latDeg, 3, 54)) {
    for (const id of ['lonDeg', 'latDeg']) if (typeof values[id] === 'number') values[id] = 'outOfRange';
  }
  const odometer = view.getUint32(at + 33);
  values.odometerKm = j1939(odometer, 4) ?? tidy(odometer / 10);
  return values;
}

function supplement(view: DataView, at: number): ReferenceValues {
  const eight = (offset: number, convert: (raw: number) => number): number | Missing =>
    j1939(view.getUint8(at + offset), 1) ?? tidy(convert(view.getUint8(at + offset)));
  const long = (offset: number, convert: (raw: number) => number): number | Missing =>
    j1939(view.getUint32(at + offset), 4) ?? tidy(convert(view.getUint32(at + offset)));
  return {
    torqueMode: eight(0, (raw) => raw),
    acceleratorPct: eight(1, (raw) => raw * 0.4),
    fuelTotalL: long(2, (raw) => raw / 2),
    ureaTankTempC: eight(6, (raw) => raw - 40),
    ureaInjectionMlh: long(7, (raw) => raw / 100),
    ureaTotalG: long(11, (raw) => raw),
    dpfTempC: j1939(view.getUint16(at + 15), 2) ?? tidy(view.getUint16(at + 15) / 32 - 273),
  };
}

function smoke(view: DataView, at: number): ReferenceValues {
  const word = (offset: number, divisor: number): number | Missing =>
    j1939(view.getUint16(at + offset), 2) ?? tidy(view.getUint16(at + offset) / divisor);
  const opacity = word(8, 10);
  return {
    lightAbsorptionPerM: word(6, 100),
    opacityPct: typeof opacity === 'number' && opacity > 100 ? 'outOfRange' : opacity,
    pmMgM3: word(10, 10),
  };
}

function time(view: DataView, at: number): number {
  const [year, month, day, hour, minute, second] = [0, 1, 2, 3, 4, 5].map((i) => view.getUint8(at + i)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second) / 1000 - 8 * 3600;
}

/** Decodes one whole frame of command 02 or 03 in the layout given. */
export function referenceDecode(frame: Uint8Array, layout: 'A' | 'B' | 'H', periodS = 1): ReferenceFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const end = 24 + view.getUint16(22);
  const base = time(view, 24);
  const samples: { timeSec: number; values: ReferenceValues; types: Set<number> }[] = [];
  const obd: { timeSec: number; codes: number; length: number }[] = [];
  let at = layout === 'A' ? 30 : 32;
  let streams = 0;
  let current = base;
  while (at < end) {
    const type = view.getUint8(at);
    at += 1;
    if (layout === 'A') at += 2;
    if (layout === 'H') {
      current = time(view, at);
      at += 6;
    }
    if (type === 0x01) {
      const count = view.getUint8(at + 95);
      const codes = count >= 0xfe ? 0 : count;
      obd.push({ timeSec: layout === 'A' ? base : current, codes, length: 96 + 4 * codes });
      at += 96 + 4 * codes;
      continue;
    }
    if (layout === 'A' && type === 0x02) {
      current = base + streams * periodS;
      streams += 1;
    }
    const values = type === 0x02 ? stream(view, at) : type === 0x80 ? supplement(view, at) : smoke(view, at);
    at += type === 0x02 ? 37 : type === 0x80 ? 17 : 18;
    const open = samples.findLast((sample) => sample.timeSec === current && !sample.types.has(type));
    if (open === undefined) samples.push({ timeSec: current, values, types: new Set([type]) });
    else {
      Object.assign(open.values, values);
      open.types.add(type);
    }
  }
  return { samples: samples.map(({ timeSec, values }) => ({ timeSec, values })), obd };
}
