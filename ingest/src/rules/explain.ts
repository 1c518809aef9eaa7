import { EXPLANATIONS } from './catalogue/explanations.ts';
import { FIGURES } from './catalogue/figures.ts';
import { fillIn, formatFigure, isFigure } from './catalogue/format.ts';
import { CAVEATS, REASONS, reasonOf } from './catalogue/reasons.ts';
import { ruleRow } from './catalogue/rules.ts';
import { type Lang, LEVEL_WORDS, MARK_WORDS } from './catalogue/words.ts';
import type { Figures, Found, Level, Outcome } from './finding.ts';

const SIGNS = {
  zh: { colon: '：', comma: '，', semicolon: '；', stop: '。', open: '（', close: '）', list: '、' },
  en: { colon: ': ', comma: ', ', semicolon: '; ', stop: '. ', open: ' (', close: ')', list: ', ' },
} as const satisfies Record<Lang, object>;

/**
 * What an outcome says, in one or two exact sentences with numbers, units, limit, share and days. A finding on a limit says that it is a
 * suspected lead (疑似超标线索), for that is what a remote reading is until a lawful test confirms it.
 */
export function explain(outcome: Outcome, lang: Lang): string {
  const sign = SIGNS[lang];
  const name = ruleRow(outcome.rule).name[lang];
  const title = `${outcome.rule} ${name}`;
  switch (outcome.outcome) {
    case 'found': {
      const head = `${levelWord(outcome, lang)} · ${title}${sign.colon}${saidOf(outcome, lang)}`;
      return [head, ...footnotes(outcome, lang)].join(sign.stop).trim() + sign.stop.trim();
    }
    case 'clear': {
      const said = lang === 'zh' ? '未发现异常' : 'nothing found';
      return `${title}${sign.colon}${said}${figureList(outcome.figures, lang)}${sign.stop.trim()}`;
    }
    case 'notEvaluated': {
      const said = lang === 'zh' ? '未评价' : 'not evaluated';
      const why = REASONS[reasonOf(outcome.reason)][lang];
      return `${title}${sign.colon}${said}${sign.semicolon}${why}${figureList(outcome.figures, lang)}${sign.stop.trim()}`;
    }
  }
}

/** What was found, in one sentence with its numbers alone: for a page that shows level, rule, limit, days and caveats beside it. */
export function statement(found: Found, lang: Lang): string {
  return `${levelWord(found, lang)}${SIGNS[lang].colon}${saidOf(found, lang)}${SIGNS[lang].stop.trim()}`;
}

function saidOf({ rule, figures }: Found, lang: Lang): string {
  const template = EXPLANATIONS[rule];
  const text = typeof template === 'function' ? template(figures) : template;
  return fillIn(text[lang], figures, lang);
}

/** A tampering lead is one on the limit of nothing: its word is its own. */
function levelWord({ level, cause }: Found, lang: Lang): string {
  const level_: Level = level;
  if (cause === 'tamper' && level_ === 'suspected') return lang === 'zh' ? '疑似作弊线索' : 'Suspected lead (疑似作弊线索)';
  return LEVEL_WORDS[level_][lang];
}

function footnotes({ limit, class: own, days, caveats }: Found, lang: Lang): string[] {
  const sign = SIGNS[lang];
  const notes: string[] = [];
  const deciding = days.slice(-MOST_DAYS);
  if (deciding.length > 0) {
    const more =
      days.length > deciding.length
        ? lang === 'zh'
          ? `等 ${days.length} 日`
          : ` and ${days.length - deciding.length} before`
        : '';
    notes.push(`${lang === 'zh' ? '依据日期' : 'Days'}${sign.colon}${deciding.join(sign.list)}${more}`);
  }
  if (limit !== null) {
    const mark = `${sign.open}${limit.source}${sign.semicolon}${MARK_WORDS[limit.mark][lang]}${sign.close}`;
    const value = `${round(limit.value)} ${limit.unit === '1' ? '' : limit.unit}`.trim();
    notes.push(`${lang === 'zh' ? '限值' : 'Limit'} ${value}${mark}`);
  }
  if (own !== null) notes.push(lang === 'zh' ? `方法等级 ${own}` : `Method class ${own}`);
  const weak = caveats.flatMap((code) => (Object.hasOwn(CAVEATS, code) ? [CAVEATS[code as keyof typeof CAVEATS][lang]] : []));
  if (weak.length > 0) notes.push(`${lang === 'zh' ? '须注意' : 'Mind'}${sign.colon}${weak.join(sign.semicolon)}`);
  return notes;
}

/** Days named in a sentence, the newest. */
const MOST_DAYS = 7;

function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The known figures behind a verdict, in brackets. */
function figureList(figures: Figures, lang: Lang): string {
  const sign = SIGNS[lang];
  const known = Object.entries(figures).flatMap(([key, value]) =>
    isFigure(key) && value !== null ? [`${FIGURES[key][lang]} ${formatFigure(key, value, lang)}`] : [],
  );
  return known.length === 0 ? '' : `${sign.open}${known.join(sign.semicolon)}${sign.close}`;
}
