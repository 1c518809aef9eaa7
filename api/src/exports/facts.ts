import type { ExportTruck } from '@plume/db';
import { beijingTexts } from './beijing-text.ts';
import type { Language } from './column.ts';
import type { Facts } from './formats/xlsx.ts';
import type { ExportRequest } from './request.ts';
import { TABLES } from './tables/index.ts';

const WORDS = {
  table: { zh: '数据表', en: 'Table' },
  about: { zh: '内容', en: 'Content' },
  period: { zh: '期间', en: 'Period' },
  zone: { zh: '时区', en: 'Time zone' },
  zoneIs: { zh: '北京时间（UTC+8）', en: 'Beijing time (UTC+8)' },
  scope: { zh: '范围', en: 'Scope' },
  all: { zh: '全部区县', en: 'all districts' },
  trucks: { zh: '车辆', en: 'Trucks' },
  step: { zh: '步长', en: 'Step' },
  signals: { zh: '信号', en: 'Signals' },
  missing: { zh: '空值', en: 'Empty values' },
  missingIs: {
    zh: '没有数据或未判定；从不以 0 或 −1 代替',
    en: 'There are no data, or it was not evaluated; never written as 0 or −1',
  },
  made: { zh: '生成时间', en: 'Made at' },
  by: { zh: '下达人', en: 'Ordered by' },
  order: { zh: '任务编号', en: 'Job' },
  source: { zh: '来源', en: 'Source' },
} as const;

/** What holds for the whole file, as pairs in its language. */
export function factsOf(
  request: ExportRequest,
  trucks: readonly ExportTruck[],
  made: { readonly atMs: number; readonly by: string; readonly jobId: number; readonly version: string },
): Facts {
  const { language } = request;
  const say = (key: keyof typeof WORDS): string => WORDS[key][language];
  const beijing = beijingTexts();
  const table = TABLES[request.table];
  const scope = [...(request.districts ?? [say('all')]), ...(request.enterprises ?? [])].join(', ');
  const facts: (readonly [string, string])[] = [
    [say('table'), table.name[language]],
    [say('about'), table.about[language]],
    [say('period'), `${beijing(request.fromMs / 1000)} … ${beijing(request.toMs / 1000)}`],
    [say('zone'), say('zoneIs')],
    [say('scope'), scope],
    [say('trucks'), String(trucks.length)],
    [say('missing'), say('missingIs')],
    [say('made'), beijing(made.atMs / 1000)],
    [say('by'), made.by],
    [say('order'), String(made.jobId)],
    [say('source'), `Plume ${made.version}`],
  ];
  if (request.table === 'track') facts.push([say('step'), `${request.stepS} s`]);
  if (request.signals !== null) facts.push([say('signals'), request.signals.join(', ')]);
  return facts;
}

/** Name under which a file is downloaded: table, period, and district where it is one. */
export function fileName(request: ExportRequest, language: Language): string {
  const beijing = beijingTexts();
  const day = (ms: number) =>
    beijing(ms / 1000)
      .slice(0, 10)
      .replaceAll('-', '');
  const first = day(request.fromMs);
  const last = day(request.toMs - 1);
  const period = first === last ? first : `${first}-${last}`;
  const district = request.districts?.length === 1 ? `_${request.districts[0]}` : '';
  const table = TABLES[request.table].name[language].replaceAll(' ', '-');
  return `plume_${table}_${period}${district}.${request.format}`.replace(/[\\/:*?"<>|\p{Cc}]/gu, '-');
}
