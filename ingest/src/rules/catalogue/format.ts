import { FIGURES, type FigureId, type FigureText } from './figures.ts';
import { CODE_WORDS, type Lang } from './words.ts';

const BEIJING_MS = 8 * 3_600_000;

/** Whether a key is a figure of the catalogue. */
export function isFigure(key: string): key is FigureId {
  return Object.hasOwn(FIGURES, key);
}

/** A figure with its unit as a reader sees it; "unknown" for null. */
export function formatFigure(id: FigureId, value: number | string | null | undefined, lang: Lang): string {
  if (value === null || value === undefined) return lang === 'zh' ? '未知' : 'unknown';
  const { unit, digits }: FigureText = FIGURES[id];
  if (typeof value === 'string') return unit === 'code' ? words(value, lang) : value;
  switch (unit) {
    case 'share':
      return `${(value * 100).toFixed(digits)} %`;
    case 'time':
      return `${new Date(value * 1000 + BEIJING_MS).toISOString().slice(0, 16).replace('T', ' ')} (UTC+8)`;
    case '':
    case 'code':
      return value.toFixed(digits);
    case '×':
      return `${value.toFixed(digits)} ×`;
    default:
      return `${value.toFixed(digits)} ${unit}`;
  }
}

function inSentence(id: FigureId, value: number | string | null | undefined, lang: Lang): string {
  return FIGURES[id].unit === 'd' && typeof value === 'number' ? String(value) : formatFigure(id, value, lang);
}

/** A list of codes, parted by a comma and a space, in words. */
function words(value: string, lang: Lang): string {
  return value
    .split(', ')
    .map((code) => CODE_WORDS[code]?.[lang] ?? code)
    .join(lang === 'zh' ? '、' : ', ');
}

/** A text with `{figure}` put in from the figures; counts of days are bare, the sentence names them. */
export function fillIn(template: string, figures: Readonly<Record<string, number | string | null>>, lang: Lang): string {
  return template.replace(/\{(\w+)\}/gu, (whole, key: string) => (isFigure(key) ? inSentence(key, figures[key], lang) : whole));
}
