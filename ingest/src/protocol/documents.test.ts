import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { asyncapiDocument } from './docs/asyncapi.ts';
import { signalsMarkdown } from './docs/signals-markdown.ts';
import { verdictSchema } from './json-schema.ts';
import { REJECT_CODES } from './reject-codes.ts';
import { SIGNALS } from './signals.ts';

const written = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const specification: unknown = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');

function asyncapiErrors(document: unknown): unknown[] {
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  ajvFormats.default(ajv);
  const validate = ajv.compile(specification as object);
  return validate(document) ? [] : (validate.errors ?? ['invalid']);
}

describe('generated documents', () => {
  it('docs/signals.md is what the tables say (npm run generate)', () => {
    expect(written('signals.md')).toBe(signalsMarkdown());
  });

  it('docs/asyncapi.json is what the schemas say (npm run generate)', () => {
    expect(written('asyncapi.json')).toBe(`${JSON.stringify(asyncapiDocument(), null, 2)}\n`);
  });

  it('docs/signals.md has a line for each signal and each reject code', () => {
    for (const { id } of SIGNALS) expect(signalsMarkdown()).toContain(`| \`${id}\` |`);
    for (const code of Object.keys(REJECT_CODES)) expect(signalsMarkdown()).toContain(`| ${code} |`);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    expect(asyncapiErrors(asyncapiDocument())).toEqual([]);
  });

  it('would not be without its version, or with an unknown action', () => {
    const { asyncapi: _version, ...rest } = asyncapiDocument();
    expect(asyncapiErrors(rest)).not.toEqual([]);
    expect(
      asyncapiErrors({ ...asyncapiDocument(), operations: { x: { action: 'shout', channel: { $ref: '#/channels/up' } } } }),
    ).not.toEqual([]);
  });

  it('has no reference that leads nowhere', () => {
    const document = asyncapiDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/gu)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(10);
    for (const path of references) {
      const target = path
        .split('/')
        .reduce<unknown>(
          (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
          document,
        );
      expect([path, typeof target]).toEqual([path, 'object']);
    }
  });
});

describe('docs/terminal-contract.md', () => {
  it('tells what to do for every reject code', () => {
    for (const code of Object.keys(REJECT_CODES))
      expect(written('terminal-contract.md')).toMatch(new RegExp(`^\\| \`${code}\` `, 'mu'));
  });

  it('has a verdict and a message of the published form', () => {
    const blocks = [...written('terminal-contract.md').matchAll(/```json\n([\s\S]*?)\n```/gu)].map(
      (match) => JSON.parse(match[1] ?? '') as { kind?: string },
    );
    const verdict = blocks.find((block) => block.kind === 'reject');
    expect(verdictSchema.safeParse(verdict).success).toBe(true);
    expect(blocks.some((block) => 'samples' in block)).toBe(true);
  });
});
