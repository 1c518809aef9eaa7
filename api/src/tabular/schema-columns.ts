import type { ExportColumn, Wire } from '../exports/column.ts';

/** What of a JSON schema of the OpenAPI document tells a column. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Named schemas of the document. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

/** A column of an answer: as exports have it, and where its value lies in a row. */
export interface AnswerColumn extends ExportColumn {
  readonly path: readonly string[];
}

/** A schema without its references, alternatives that are null, and parts that only add to it. */
function plain(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (named === undefined) throw new Error(`the OpenAPI document has no ${schema.$ref}`);
    return { ...plain(named, schemas), ...(schema.description === undefined ? {} : { description: schema.description }) };
  }
  const told = schema.description === undefined ? {} : { description: schema.description };
  if (schema.allOf) {
    const parts = schema.allOf.map((part) => plain(part, schemas));
    return {
      ...Object.assign({}, ...parts),
      properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
      ...told,
    };
  }
  const choices = (schema.anyOf ?? schema.oneOf)?.map((each) => plain(each, schemas)).filter(({ type }) => type !== 'null');
  const [only] = choices ?? [];
  return only !== undefined && choices?.length === 1 ? { ...only, ...told } : schema;
}

function typesOf({ type, anyOf, oneOf }: JsonSchema, schemas: Schemas): string[] {
  if (type !== undefined) return (typeof type === 'string' ? [type] : [...type]).filter((each) => each !== 'null');
  return (anyOf ?? oneOf ?? []).flatMap((each) => typesOf(plain(each, schemas), schemas));
}

function wireOf(schema: JsonSchema, types: readonly string[]): Wire {
  const [type] = types;
  if (types.length !== 1) return 'text';
  if (type === 'integer') return 'int8';
  if (type === 'number') return 'float8';
  if (type === 'boolean') return 'bool';
  if (type === 'string' && schema.format === 'date-time') return 'time';
  if (type === 'string' && schema.format === 'date') return 'date';
  return 'text';
}

/**
 * The columns of rows with a schema: one for each value, those within objects under joined names (`vehicle.plate` is `vehiclePlate`).
 * Lists, and objects whose names are not fixed, are one column of JSON each.
 */
export function columnsOf(schema: JsonSchema, schemas: Schemas, path: readonly string[] = []): AnswerColumn[] {
  return Object.entries(plain(schema, schemas).properties ?? {}).flatMap(([name, given]) => {
    const own = plain(given, schemas);
    const at = [...path, name];
    if (own.properties !== undefined && Object.keys(own.properties).length > 0) return columnsOf(own, schemas, at);
    const id = at.map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join('');
    const types = own.const === undefined ? typesOf(own, schemas) : [typeof own.const];
    const words = own.description ?? '';
    return [{ id, name: { zh: id, en: id }, unit: '', definition: { zh: words, en: words }, wire: wireOf(own, types), path: at }];
  });
}

/** The schema of the rows in an answer: the items of one of its properties. */
export function rowSchema(answer: JsonSchema, property: string, schemas: Schemas): JsonSchema {
  const list = plain(answer, schemas).properties?.[property];
  const items = list && plain(list, schemas).items;
  if (!items) throw new Error(`the answer has no list ${property}`);
  return items;
}
