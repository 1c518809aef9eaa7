import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMessageSchema, messageSchema, sampleSchema } from './json-schema.ts';
import { SIGNALS } from './signals.ts';
import { bytesOf, decode, rejectionsOf } from './test-kit.ts';

const T = '2023-05-18T14:30:00+08:00';
const SEC = 1_684_391_400;

const message = (samples: unknown, more: object = {}): string => JSON.stringify({ v: 1, samples, ...more });

describe('a JSON message', () => {
  it('gives its samples in the resolution of each signal', () => {
    const { message: decoded, samples } = decode(
      message(
        [
          { t: T, noxDownPpm: 48.2, fuelLevelPct: 71.6 },
          { t: (SEC + 1) * 1000 + 999, speedKmh: 62.501 },
        ],
        { seq: 17 },
      ),
    );
    expect(samples).toEqual([
      { timeSec: SEC, values: { noxDownPpm: 48.2, fuelLevelPct: 71.6 } },
      { timeSec: SEC + 1, values: { speedKmh: 62.5 } },
    ]);
    expect(decoded).toMatchObject({
      format: 'json',
      rejections: [],
      parts: [{ command: null, vin: null, layout: null, rowCount: 2, unknownKeys: 0, field: '' }],
    });
  });

  it.each([
    ['null', null, 'na'],
    ['above the range', 3012.8, 'outOfRange'],
    ['below the range', -200.1, 'outOfRange'],
    ['raw 0 of a NOx sensor', -200, 'notReady'],
    ['minus one, a legal reading', -1, -1],
    ['the largest value', 3012.75, 3012.75],
  ])('%s', (_name, value, expected) => {
    expect(decode(message([{ t: T, noxDownPpm: value }])).samples[0]?.values.noxDownPpm).toBe(expected);
  });

  it('has no position outside the country', () => {
    expect(decode(message([{ t: T, lonDeg: 0, latDeg: 0 }])).samples[0]?.values).toEqual({
      lonDeg: 'outOfRange',
      latDeg: 'outOfRange',
    });
    expect(decode(message([{ t: T, lonDeg: 87.308224, latDeg: 44.014577 }])).samples[0]?.values).toEqual({
      lonDeg: 87.308224,
      latDeg: 44.014577,
    });
  });

  it.each([
    ['1e300', '1e300'],
    ['1e400, which is infinite', '1e400'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['nan as C prints it', '-nan'],
    ['text', '"48.2"'],
    ['a truth value', 'true'],
    ['an array', '[48.2]'],
    ['an object', '{}'],
  ])('loses only the sample that has %s', (_name, text) => {
    const { message: decoded, samples } = decode(
      `{"v":1,"samples":[{"t":"${T}","speedKmh":1},{"t":"${T}","baroKpa":95,"noxDownPpm":${text}},{"t":"${T}","speedKmh":3}]}`,
    );
    expect(samples.map((sample) => sample.values)).toEqual([{ speedKmh: 1 }, { speedKmh: 3 }]);
    expect(rejectionsOf(decoded)).toEqual([
      { code: 'BAD_VALUE', field: 'samples[1].noxDownPpm', reason: expect.stringMatching(/number/u), records: 1 },
    ]);
  });

  it.each([
    ['no offset', '"2023-05-18T14:30:00"'],
    ['year 275760', '"+275760-09-13T00:00:00.000Z"'],
    ['year 275760 in milliseconds', '8640000000000000'],
    ['before 1970', '-1'],
    ['null', 'null'],
    ['a truth value', 'true'],
    ['an empty text', '""'],
  ])('loses only the sample whose t is %s', (_name, text) => {
    const { message: decoded, samples } = decode(`{"v":1,"samples":[{"t":${text},"speedKmh":1},{"t":"${T}","speedKmh":3}]}`);
    expect(samples).toHaveLength(1);
    expect(rejectionsOf(decoded)).toEqual([expect.objectContaining({ code: 'BAD_TIME', field: 'samples[0].t', records: 1 })]);
  });

  it.each([
    ['a sample that is no object', '[7]', 'BAD_VALUE', 'samples[0]'],
    ['a sample that is null', '[null]', 'BAD_VALUE', 'samples[0]'],
    ['a sample that is an array', '[[]]', 'BAD_VALUE', 'samples[0]'],
    ['a sample without t', '[{"speedKmh":1}]', 'BAD_TIME', 'samples[0].t'],
  ])('rejects %s', (_name, samples, code, field) => {
    expect(rejectionsOf(decode(`{"v":1,"samples":${samples}}`).message)).toEqual([expect.objectContaining({ code, field })]);
  });

  it.each([
    ['[]', ''],
    ['{}', 'v'],
    ['{"v":2,"samples":[]}', 'v'],
    ['{"v":"1","samples":[]}', 'v'],
    ['{"v":1}', 'samples'],
    ['{"v":1,"samples":[]}', 'samples'],
    ['{"v":1,"samples":{"0":{}}}', 'samples'],
    ['{"v":1,"samples":"x"}', 'samples'],
    [`{"v":1,"seq":-1,"samples":[{"t":"${T}"}]}`, 'seq'],
    [`{"v":1,"seq":1.5,"samples":[{"t":"${T}"}]}`, 'seq'],
    [`{"v":1,"seq":"1","samples":[{"t":"${T}"}]}`, 'seq'],
  ])('of the shape %s is rejected whole, at "%s"', (text, field) => {
    const { message: decoded, columns } = decode(text);
    expect(decoded).toEqual({
      format: 'json',
      parts: [],
      rejections: [{ code: 'BAD_SHAPE', field, reason: expect.any(String), records: 1 }],
    });
    expect(columns.count).toBe(0);
  });

  it.each([
    ['text that is cut short', new TextEncoder().encode('{"v":1,"samples":[{"t":')],
    ['a second value behind', new TextEncoder().encode('{"v":1} {}')],
    ['a byte order mark', bytesOf('EFBBBF7B7D')],
    ['bytes that are not UTF-8', bytesOf('7B22C3287D')],
    ['a surrogate in UTF-8', bytesOf('7B22EDA08022:317D'.replace(':', '3A'))],
    ['an escaped lone high surrogate', new TextEncoder().encode('{"v":1,"x":"\\ud800"}')],
    ['an escaped lone low surrogate', new TextEncoder().encode('{"v":1,"\\uDC00":1}')],
    ['two halves of a pair with a space between', new TextEncoder().encode('{"v":1,"x":"\\ud83d \\ude9a"}')],
    ['a lone surrogate behind an escaped backslash', new TextEncoder().encode('{"v":1,"x":"\\\\\\ud800"}')],
    ['a raw U+0000', new TextEncoder().encode('{"v":1,\u0000}')],
    ['plain words', new TextEncoder().encode('hello')],
    ['nothing', new Uint8Array(0)],
  ])('%s is no JSON', (_name, bytes) => {
    const { message: decoded } = decode(bytes);
    expect(decoded).toEqual({
      format: 'json',
      parts: [],
      rejections: [{ code: 'BAD_JSON', field: '', reason: expect.not.stringContaining('\u0000'), records: 1 }],
    });
  });

  it('says that a byte order mark is the trouble', () => {
    expect(rejectionsOf(decode(bytesOf('EFBBBF7B7D')).message)[0]?.reason).toMatch(/byte order mark/u);
  });

  it('takes surrogate pairs, and a backslash before what looks like one', () => {
    expect(
      decode(message([{ t: T }], { note: '\u{1F69A}' }).replace('\u{1F69A}', '\\ud83d\\ude9a')).message.parts[0],
    ).toMatchObject({ rowCount: 1, unknownKeys: 1 });
    expect(decode(`{"v":1,"x":"\\\\ud800","samples":[{"t":"${T}"}]}`).message.parts[0]).toMatchObject({ rowCount: 1 });
  });

  it('counts unknown keys, at the top and in samples, and looks into none of them', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = `{"v":1,"__proto__":{"v":2},"constructor":1,"deep":${deep},"samples":[{"t":"${T}","__proto__":{"speedKmh":5},"toString":1,"hasOwnProperty":2,"vin":"\\u0000","speedKmh":1}]}`;
    const { message: decoded, samples } = decode(text);
    expect(decoded.parts[0]).toMatchObject({ unknownKeys: 3 + 4, rejections: [] });
    expect(samples.map((sample) => sample.values)).toEqual([{ speedKmh: 1 }]);
    expect(({} as Record<string, unknown>).speedKmh).toBeUndefined();
  });

  it('takes the last of a key given twice', () => {
    expect(decode(`{"v":1,"samples":[{"t":"${T}","speedKmh":1,"speedKmh":2}]}`).samples[0]?.values.speedKmh).toBe(2);
  });

  it('carries 3,600 samples and not one more', () => {
    const many = (n: number): string => message(Array.from({ length: n }, (_, i) => ({ t: (SEC + i) * 1000 })));
    expect(decode(many(3600)).columns.count).toBe(3600);
    const { message: decoded, columns } = decode(many(3601));
    expect(columns.count).toBe(0);
    expect(decoded.rejections).toEqual([expect.objectContaining({ code: 'TOO_MANY_SAMPLES', field: 'samples', records: 3601 })]);
  });

  it('leaves words like NaN inside texts alone', () => {
    expect(decode(`{"v":1,"note":"NaN \\" Infinity","samples":[{"t":"${T}","speedKmh":NaN}]}`).message.parts[0]).toMatchObject({
      unknownKeys: 1,
      rowCount: 0,
    });
  });
});

const anyTime = fc.oneof(
  fc.date({ min: new Date(0), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    T,
    '2023-05-18T14:30:00',
    '2023-02-29T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2100-01-01T00:00:00Z',
    '1970-01-01T00:00:00+08:00',
    '',
  ),
  fc.double({ noNaN: true }),
  fc.integer({ min: -5, max: 4_102_444_800_005 }),
  fc.constantFrom(0, -0, 4_102_444_799_999, 4_102_444_800_000, null, true, [], {}),
);
const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -500, max: 5000, noNaN: true }) },
  fc.constantFrom(1e12, -1e12, 1.0000001e12, 1e300, null, 0, -0),
  fc.constantFrom<unknown>('1', true, [], {}),
);
const anySample = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.option(anyTime, { freq: 12, nil: undefined }),
        fc.dictionary(fc.constantFrom(...SIGNALS.map((signal) => signal.id), 'vin', '__proto__', 'v'), anyValue, { maxKeys: 4 }),
      )
      .map(([t, values]) => (t === undefined ? values : { t, ...values })),
  },
  { weight: 1, arbitrary: fc.anything() },
);

describe('the reader and the published schema', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(jsonMessageSchema()) as object);
  let taken = 0;
  let refused = 0;

  it('accept the same samples', () => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const text = JSON.stringify({ v: 1, samples: [sample ?? null] });
        const received = (JSON.parse(text) as { samples: unknown[] }).samples[0];
        const ours = decode(text).columns.count === 1;
        if (ours) taken += 1;
        else refused += 1;
        expect(sampleSchema.safeParse(received).success).toBe(ours);
        if (ours) expect(validate({ v: 1, samples: [received] })).toBe(true);
      }),
      { seed: 32960, numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });

  it('accept the same messages', () => {
    const good = fc.record({ t: fc.constant(T), speedKmh: fc.integer({ min: 0, max: 100 }) });
    const anyMessage = fc.oneof(
      fc.record(
        {
          v: fc.constantFrom<unknown>(1, 1, 1, 2, '1', null),
          seq: fc.constantFrom<unknown>(0, 17, 4_294_967_295, 4_294_967_296, -1, 1.5, null, '1'),
          samples: fc.oneof(fc.array(good, { maxLength: 3 }), fc.constantFrom<unknown>(null, {}, 'x', 7)),
        },
        { requiredKeys: [] },
      ),
      fc.anything(),
    );
    fc.assert(
      fc.property(anyMessage, (value) => {
        const text = JSON.stringify(value ?? null) ?? 'null';
        const ours = rejectionsOf(decode(text).message).length === 0;
        expect(messageSchema.safeParse(JSON.parse(text)).success).toBe(ours);
        expect(validate(JSON.parse(text))).toBe(ours);
      }),
      { seed: 808, numRuns: 3000 },
    );
  });

  it('agree that a JSON sample and the same native values are the same integers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xfaff }), (raw) => {
        const [json, value] = [decode(message([{ t: T, noxDownPpm: raw / 20 - 200 }])), (raw - 4000) / 20];
        expect(json.samples[0]?.values.noxDownPpm).toBe(value);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
