import { type DocumentKind, type FieldName, type FieldValues, fieldNamed, fieldsOf, requiredFields } from './fields.ts';
import type { Block } from './paper.ts';

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;
/** Longest template. */
export const TEMPLATE_CHARS = 20_000;

/** What is wrong with a template, and in which line [from 1]; line 0: it concerns the whole. */
export interface TemplateFault {
  readonly line: number;
  readonly reason: { readonly zh: string; readonly en: string };
}

function lineFaults(kind: DocumentKind, text: string, line: number): TemplateFault[] {
  const say = (zh: string, en: string): TemplateFault => ({
    line,
    reason: { zh: `第 ${line} 行：${zh}`, en: `line ${line}: ${en}` },
  });
  const known = fieldsOf(kind);
  const faults: TemplateFault[] = [];
  for (const [whole, name = ''] of text.matchAll(PLACE)) {
    const field = fieldNamed(name);
    if (field === undefined || !known.includes(field.name)) {
      const list = known.join(' ');
      faults.push(say(`没有字段 {{${name}}}；可用：${list}`, `{{${name}}} is no field; known: ${list}`));
    } else if (field.row.table && text.trim() !== whole)
      faults.push(say(`表格 {{${name}}} 须独占一行`, `the table {{${name}}} must stand alone in its line`));
  }
  if (/\{\{|\}\}/.test(text.replace(PLACE, ''))) faults.push(say('花括号不成对', 'braces without their counterpart'));
  return faults;
}

/** Names of the fields that a template uses. */
function namesIn(template: string): Set<string> {
  return new Set([...template.matchAll(PLACE)].map((match) => match[1] ?? ''));
}

/** Everything that keeps a template from being used; empty: it can. */
export function templateFaults(kind: DocumentKind, template: string): TemplateFault[] {
  const faults = template.split('\n').flatMap((text, i) => lineFaults(kind, text, i + 1));
  const names = namesIn(template);
  for (const [name, ...others] of requiredFields(kind))
    if (![name, ...others].some((each) => names.has(each)))
      faults.push({ line: 0, reason: { zh: `缺少必须的字段 {{${name}}}`, en: `the field {{${name}}} is missing and needed` } });
  if (!/^# \S/m.test(template))
    faults.push({ line: 0, reason: { zh: '缺少标题行（以 # 开头）', en: 'a title is missing (a line that begins with #)' } });
  return faults;
}

function filled(text: string, values: FieldValues): string {
  return text.replace(PLACE, (whole, name: string) => {
    const value = fieldNamed(name) && values[name as FieldName];
    return typeof value === 'string' ? value : whole;
  });
}

/**
 * The blocks of a template that has no faults: a line that begins with `# ` is the title, with `## ` a heading, with `> ` stands on the
 * right; a table field stands for its table; empty lines part paragraphs and are otherwise left out.
 */
export function blocksOf(template: string, values: FieldValues): Block[] {
  return template.split('\n').flatMap((line): Block[] => {
    // An indent of full-width spaces is part of the text.
    const text = line.replace(/^[ \t]+|\s+$/g, '');
    if (text === '') return [];
    const [, name = ''] = /^\{\{\s*(\w+)\s*\}\}$/.exec(text) ?? [];
    const value = fieldNamed(name) && values[name as FieldName];
    if (typeof value === 'object') return [{ kind: 'table', table: value }];
    if (text.startsWith('# ')) return [{ kind: 'title', text: filled(text.slice(2), values) }];
    if (text.startsWith('## ')) return [{ kind: 'heading', text: filled(text.slice(3), values) }];
    if (text.startsWith('> ')) return [{ kind: 'paragraph', text: filled(text.slice(2), values), align: 'right' }];
    return [{ kind: 'paragraph', text: filled(text, values), align: 'left' }];
  });
}
