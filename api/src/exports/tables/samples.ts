import { SIGNALS, type Signal } from '@plume/ingest/protocol';
import type { ExportColumn } from '../column.ts';
import { at, constantsOf, type ExportTable, stretches, truckColumns } from './table.ts';

/** A statement's stretch: two hours where nothing can be interrupted (7,200 rows, 25–55 ms), a day on a server. */
const STRETCH_MS = { embedded: 7_200_000, server: 86_400_000 } as const;

/** The time of a sample, as every table of samples has it. */
export const SAMPLE_TIME: ExportColumn = {
  id: 'time',
  name: { zh: '时间（北京时间 UTC+8）', en: 'Time (Beijing, UTC+8)' },
  unit: '',
  definition: {
    zh: '终端时钟的采样时间，取整到秒。CSV 中带时差 +08:00；表格文件中为北京时间；Parquet 中为 UTC 时间戳。',
    en: 'Sample time by the terminal’s clock, whole seconds. With offset +08:00 in CSV; Beijing time in spreadsheets; a UTC timestamp in Parquet.',
  },
  wire: 'time',
};

/** A signal of the catalogue as a column. */
export function signalColumn(signal: Signal): ExportColumn {
  const resolution = `${signal.scale} ${signal.unit}`.trim();
  return {
    id: signal.id,
    name: { zh: signal.zh, en: signal.en },
    unit: signal.unit,
    definition: {
      zh: `原始值，未剔除、未修正；分辨率 ${resolution}；来源 ${signal.source}（可信度 ${signal.certainty}）。空：无值，原因见“无值原因”；未列出者为终端未发送。`,
      en: `As sent, nothing excluded or corrected; resolution ${resolution}; source ${signal.source} (certainty ${signal.certainty}). Empty: no value, the reason is in the last column; where none is named, the terminal did not send it.`,
    },
    wire: signal.storage,
    signal: SIGNALS.indexOf(signal),
  };
}

const MISSING: ExportColumn = {
  id: 'missing',
  name: { zh: '无值原因', en: 'Why there is no value' },
  unit: '',
  definition: {
    zh: '信号=原因：na 不可用，error 故障，reserved 保留码，notReady 传感器未就绪，outOfRange 超出有效范围。未列出的空值：终端未发送。',
    en: 'signal=reason: na not available, error, reserved code, notReady sensor not ready, outOfRange outside the valid range. An empty value that is not named: the terminal did not send it.',
  },
  wire: 'quality',
};

function signalsOf(ids: readonly string[] | null): readonly Signal[] {
  return ids === null ? SIGNALS : SIGNALS.filter(({ id }) => ids.includes(id));
}

/** Samples as they were sent. */
export const SAMPLES: ExportTable = {
  name: { zh: '原始数据', en: 'Raw samples' },
  about: { zh: '每车每秒一行，按终端发送的值', en: 'One row a truck and second, as the terminal sent it' },
  size: 'samples',
  columns: ({ signals }) => [...truckColumns('constant'), SAMPLE_TIME, ...signalsOf(signals).map(signalColumn), MISSING],
  *slices({ trucks, fromMs, toMs, signals, engine }) {
    const columns = signalsOf(signals).map(({ id }) => `"${id}"`);
    const list = ['time', ...columns, 'quality'].join(', ');
    for (const truck of trucks)
      for (const { from, to } of stretches(fromMs, toMs, STRETCH_MS[engine]))
        yield {
          sql: `select ${list} from samples where vehicle_id = ${Math.trunc(truck.id)} and time >= ${at(from)} and time < ${at(to)} order by time`,
          constants: constantsOf(truck),
          alongKey: true,
        };
  },
};
