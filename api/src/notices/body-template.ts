/** What can stand in `{{…}}` of the address or body of an SMS gateway or WeCom robot. */
export const BODY_FIELDS = ['to', 'subject', 'text', 'id', 'time', 'secret'] as const;
export type BodyField = (typeof BODY_FIELDS)[number];
export type BodyValues = Readonly<Record<BodyField, string>>;

/** How a value is written where it stands: inside a JSON string, in a form, in an address. */
export type BodyForm = 'json' | 'form' | 'url';

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;

function written(value: string, form: BodyForm): string {
  return form === 'json' ? JSON.stringify(value).slice(1, -1) : encodeURIComponent(value);
}

/** Names in `{{…}}` that are no field. */
export function unknownFields(template: string): string[] {
  const names = [...template.matchAll(PLACE)].map((match) => match[1] ?? '');
  return [...new Set(names.filter((name) => !BODY_FIELDS.some((field) => field === name)))];
}

/** The template with its fields filled in, each written as the form asks for. */
export function fillBody(template: string, values: BodyValues, form: BodyForm): string {
  return template.replace(PLACE, (whole, name: string) => {
    const field = BODY_FIELDS.find((each) => each === name);
    return field === undefined ? whole : written(values[field], form);
  });
}

const SAMPLE: BodyValues = { to: '13900000000', subject: '"', text: 'a\n"b"', id: 'x', time: 't', secret: 's' };

/** Why a template cannot be sent; null when it can. */
export function templateFault(template: string, form: BodyForm): string | null {
  const unknown = unknownFields(template);
  if (unknown.length > 0) return `{{${unknown[0]}}} is no field; known: ${BODY_FIELDS.map((field) => `{{${field}}}`).join(', ')}`;
  if (form !== 'json') return null;
  try {
    JSON.parse(fillBody(template, SAMPLE, 'json'));
    return null;
  } catch {
    return 'is no JSON once its fields are filled in; put quotation marks around {{text}} and the like';
  }
}
