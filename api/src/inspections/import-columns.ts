import { INSPECTION_ITEMS, type InspectionItemId } from '@plume/ingest/rules';

/** A column of a file of inspections, one row an inspection. */
export interface InspectionColumn {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** Other heads that mean it. */
  readonly also?: readonly string[];
}

const inBrackets = (unit: string): string => (unit === '' ? '' : ` (${unit})`);

const ITEM_COLUMNS: readonly InspectionColumn[] = INSPECTION_ITEMS.flatMap(({ id, zh, en, unit }) => [
  { name: id, zh: `${zh}${inBrackets(unit)}`, en: `${en}${inBrackets(unit)}` },
  { name: `${id}.limit`, zh: `${zh}限值${inBrackets(unit)}`, en: `${en} limit${inBrackets(unit)}` },
]);

/** All columns, in the order of the template. A row needs a truck, a kind, a day, an organisation and a result. */
export const INSPECTION_COLUMNS: readonly InspectionColumn[] = [
  { name: 'kind', zh: '检查类型', en: 'Kind', also: ['类型', '检查方式', '监测方式'] },
  { name: 'plate', zh: '车牌', en: 'Plate', also: ['车牌号', '号牌号码', '车牌号码'] },
  { name: 'vin', zh: 'VIN', en: 'VIN', also: ['车架号', '车辆识别代号'] },
  { name: 'day', zh: '日期', en: 'Date', also: ['检查日期', '检验日期', '监测日期', '检测日期'] },
  { name: 'time', zh: '时间', en: 'Time', also: ['时刻', '检查时间', '检验时间'] },
  { name: 'place', zh: '地点', en: 'Place', also: ['检查地点', '点位', '监测点位'] },
  { name: 'organisation', zh: '检查单位', en: 'Organisation', also: ['检验机构', '单位', '监测单位', 'I站', '检验站'] },
  { name: 'method', zh: '方法', en: 'Method', also: ['检验方法', '检测方法', '监测方法'] },
  ...ITEM_COLUMNS,
  { name: 'limitSource', zh: '限值依据', en: 'Limit source', also: ['标准', '依据'] },
  { name: 'result', zh: '结论', en: 'Result', also: ['检验结论', '结果', '判定', '检查结果'] },
  { name: 'reportNo', zh: '报告编号', en: 'Report no.', also: ['报告号', '编号', '记录编号'] },
  { name: 'note', zh: '备注', en: 'Note' },
];

/** Heads over a date with a time behind it; beside a column of days they mean the time. */
const DAY_OR_TIME = ['检测时间', '监测时间'];

/** What a quantity is called in heads, and which item it is by the unit that stands there. */
interface Quantity {
  readonly heads: readonly string[];
  readonly items: readonly InspectionItemId[];
  /** What a head without a unit leaves open: `unit`: which one; `name`: whether it is the quantity at all (`NO`: a number), unless it has a limit. */
  readonly open: 'unit' | 'name' | null;
}

const QUANTITIES: readonly Quantity[] = [
  { heads: ['光吸收系数', '光吸收系数k', '烟度', '不透光烟度', 'light absorption'], items: ['lightAbsorptionPerM'], open: null },
  { heads: ['k'], items: ['lightAbsorptionPerM'], open: 'name' },
  { heads: ['不透光度', '烟羽不透光度', '不透光烟度值', 'opacity'], items: ['opacityPct'], open: null },
  { heads: ['林格曼黑度', '林格曼', '黑度', 'Ringelmann'], items: ['ringelmann'], open: null },
  { heads: ['NOx', '氮氧化物', 'NOx浓度', '氮氧化物浓度'], items: ['noxPpm', 'noxGPerKwh'], open: 'unit' },
  { heads: ['NOx比排放', '比排放', 'specific NOx'], items: ['noxGPerKwh'], open: null },
  { heads: ['NO', '一氧化氮', 'NO浓度', '一氧化氮浓度'], items: ['noPpm'], open: 'name' },
  { heads: ['CO', '一氧化碳', 'CO浓度', '一氧化碳浓度'], items: ['coPct'], open: 'unit' },
  { heads: ['HC', '碳氢化合物', 'HC浓度'], items: ['hcPpm'], open: 'name' },
];

/** How units are written in heads, as `unitText` leaves them. Parts per million of a volume are ppm. */
const PPM = ['ppm', 'ppmv', '10-6', '10^-6', 'x10-6', 'x10^-6', 'μl/l', 'μmol/mol'];
const PERCENT = ['%', '%vol', 'vol%', '%(v/v)', '10-2', '10^-2', 'x10-2', 'x10^-2'];
const UNITS: Readonly<Record<InspectionItemId, readonly string[]>> = {
  lightAbsorptionPerM: ['m-1', 'm^-1', '1/m', '/m'],
  opacityPct: ['%'],
  ringelmann: ['级', '度', '林格曼级'],
  noxPpm: PPM,
  noPpm: PPM,
  noxGPerKwh: ['g/kwh', 'g/(kwh)', 'gkwh-1', 'g/kw-h'],
  coPct: PERCENT,
  hcPpm: PPM,
};

const ALL_UNITS = new Set(Object.values(UNITS).flat());

/** NFKC makes ⁻¹ a minus and a 1, ³ a 3, full-width brackets and signs the plain ones. */
const even = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/[−–]/g, '-').replace(/[×*]/g, 'x');
const unitText = (text: string): string => even(text).replace(/[\s·.⋅]+/g, '');

/** A head in parts: its name without case, spaces and stars, and what stands in brackets or, a known unit, behind the name. */
function partsOf(head: string): { name: string; brackets: string[] } {
  const brackets: string[] = [];
  let rest = even(head.replace(/[*＊]/g, ' '))
    .replace(/[[【〔{]/g, '(')
    .replace(/[\]】〕}]/g, ')');
  const inside = /\(((?:[^()]|\([^()]*\))*)\)/g;
  rest = rest.replace(inside, (_whole, text: string) => {
    if (text.trim() !== '') brackets.push(unitText(text));
    return ' ';
  });
  const ends = [/^(.+?)[\s,、/_:]+(\S+)$/, /^(.+?)(%)$/].map((end) => end.exec(rest.trim()));
  const behind = ends.find((end) => ALL_UNITS.has(unitText(end?.[2] ?? '')));
  if (behind) {
    brackets.push(unitText(behind[2] ?? ''));
    rest = behind[1] ?? '';
  }
  return { name: rest.replace(/[\s:·]+/g, ''), brackets };
}

const nameOf = (head: string): string => partsOf(head).name;
const BY_HEAD: ReadonlyMap<string, string> = new Map(
  INSPECTION_COLUMNS.filter((column) => !ITEM_COLUMNS.includes(column)).flatMap((column) =>
    [column.name, column.zh, column.en, `${column.zh} / ${column.en}`, ...(column.also ?? [])].map(
      (head) => [nameOf(head), column.name] as const,
    ),
  ),
);
/** Heads that name an item by its id, or as the template does. */
const BY_ITEM: ReadonlyMap<string, string> = new Map(
  ITEM_COLUMNS.flatMap(({ name, zh, en }) => [
    [even(name), name] as const,
    [even(`${zh} / ${en}`).replace(/\s/g, ''), name] as const,
  ]),
);

/** What a head means: a column, nothing that is known, or something that cannot be told from it. */
export interface HeadRead {
  readonly head: string;
  /** undefined: the column is left out. */
  readonly name: string | undefined;
  readonly fault?: { readonly zh: string; readonly en: string };
}

interface Item {
  readonly quantity: Quantity;
  readonly limit: boolean;
  readonly units: readonly string[];
  /** The units as the head has them. */
  readonly written: string;
}

/** A unit with its capitals, as it stands in a head; where it stands there in another way, as it was read. */
function asWritten(head: string, units: readonly string[]): string {
  const plain = head.normalize('NFKC').replace(/\s/g, '');
  return units
    .map((unit) => {
      const at = plain.toLowerCase().indexOf(unit);
      return at < 0 ? unit : plain.slice(at, at + unit.length);
    })
    .join(' ');
}

/** What is wrong with a head over values of an item whose unit is not the item's; null: nothing, or it names none. */
export function unitFault(head: string, id: InspectionItemId): { zh: string; en: string } | null {
  const item = itemOf(head);
  if (item === undefined || item.units.every((each) => UNITS[id].includes(each))) return null;
  return unitWrong(item.written, [id]);
}

function unitWrong(written: string, items: readonly InspectionItemId[]): { zh: string; en: string } {
  return {
    zh: `单位“${written}”不能录入：须为 ${unitWords(items, ' 或 ')}。请换算后写明单位，或删去该列`,
    en: `the unit "${written}" is not taken: it must be ${unitWords(items, ' or ')}. Convert the column and name the unit, or remove it`,
  };
}

function itemOf(head: string): Item | undefined {
  const { name, brackets } = partsOf(head);
  const bare = name.replace(/(限值|limit)$/, '');
  const quantity = QUANTITIES.find(({ heads }) => heads.some((each) => nameOf(each) === bare));
  if (quantity === undefined) return undefined;
  // `NO (限值)` is a limit as well, and 氮氧化物 (NOx) names its quantity twice.
  const limitWords = ['限值', 'limit'];
  const limit = bare !== name || brackets.some((each) => limitWords.includes(each));
  const symbols = [...limitWords, 'k', ...quantity.heads.map(nameOf)];
  const told = brackets.filter((each) => !symbols.includes(each));
  return { quantity, limit, units: told, written: asWritten(head, told) };
}

function unitWords(items: readonly InspectionItemId[], or: string): string {
  return items.map((id) => INSPECTION_ITEMS.find((each) => each.id === id)?.unit ?? '').join(or);
}

function readItem(head: string, { quantity, limit, units, written }: Item, all: readonly (Item | undefined)[]): HeadRead {
  const { items, open } = quantity;
  const named = (id: InspectionItemId): HeadRead => ({ head, name: limit ? `${id}.limit` : id });
  const byUnit = (told: readonly string[]) =>
    items.find((id) => told.length > 0 && told.every((each) => UNITS[id].includes(each)));
  const own = byUnit(units);
  if (own) return named(own);
  if (units.length > 0) return { head, name: undefined, fault: unitWrong(written, items) };
  // A head without a unit goes by the one that stands over the value or limit beside it.
  const others = all.filter((each) => each !== undefined && each.quantity === quantity && each.limit !== limit);
  const beside = others.flatMap((each) => byUnit(each?.units ?? []) ?? []);
  const [one] = beside;
  if (one && beside.every((each) => each === one)) return named(one);
  const [first] = items;
  if (first && (open === null || (open === 'name' && others.length > 0))) return named(first);
  // A column that is headed NO, and has no limit, mostly numbers the rows.
  if (open === 'name' && !limit && nameOf(head).length <= 2) return { head, name: undefined };
  const [zh, en] = [
    `未写单位：请写明 ${unitWords(items, ' 或 ')}，如“${head.trim()} (${unitWords(items.slice(0, 1), '')})”`,
    `names no unit: write ${unitWords(items, ' or ')} behind it, as in "${head.trim()} (${unitWords(items.slice(0, 1), '')})"`,
  ];
  return { head, name: undefined, fault: { zh, en } };
}

/** What the heads of a file mean, each with regard to the others. Two heads of one column are a fault of the second. */
export function readHeads(heads: readonly string[]): HeadRead[] {
  const items = heads.map(itemOf);
  const hasDay = heads.some((head) => BY_HEAD.get(nameOf(head)) === 'day');
  const seen = new Map<string, string>();
  return heads.map((head, i): HeadRead => {
    const item = items[i];
    const exact = BY_ITEM.get(even(head).replace(/\s/g, ''));
    const plain = DAY_OR_TIME.includes(nameOf(head)) ? (hasDay ? 'time' : 'day') : BY_HEAD.get(nameOf(head));
    const read = exact || !item ? { head, name: exact ?? plain } : readItem(head, item, items);
    if (read.name === undefined) return read;
    const before = seen.get(read.name);
    seen.set(read.name, before ?? head);
    if (before === undefined) return read;
    const [zh, en] = [`与“${before}”是同一内容，请只留一列`, `means the same as "${before}": leave one of the two columns`];
    return { head, name: undefined, fault: { zh, en } };
  });
}
