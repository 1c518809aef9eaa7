import { describe, expect, it } from 'vitest';
import { describeMessage } from './describe.ts';
import { describeFrame } from './describe-text.ts';
import { SIGNALS } from './signals.ts';
import { bytesOf, decode, hexOf, randomFrame, seeded, VECTORS } from './test-kit.ts';

const vector = (name: string): string => VECTORS.find((one) => one.name.startsWith(`${name} `))?.hex ?? '';

describe('the description of a frame', () => {
  it.each(VECTORS)('covers every byte of $name once, in order', ({ hex }) => {
    const frame = describeMessage(hex).frames[0];
    const fields = frame?.sections.flatMap((section) => section.fields) ?? [];
    let at = 0;
    for (const field of fields) {
      expect(field.offset).toBe(at);
      expect(hex.slice(2 * at, 2 * at + field.bytes.length)).toBe(field.bytes);
      at += field.bytes.length / 2;
    }
    expect(at).toBe(hex.length / 2);
    expect(frame?.sections.reduce((sum, section) => sum + section.length, 0)).toBe(at);
  });

  it.each(VECTORS)('says of each signal of $name what the decoder stores', ({ hex }) => {
    const fields = describeMessage(hex).frames[0]?.sections.flatMap((section) => section.fields) ?? [];
    const { samples } = decode(bytesOf(hex));
    for (const id of Object.keys(samples[0]?.values ?? {})) {
      const shown = fields
        .filter((field) => field.id === id)
        .map((field) => (field.quality === 'ok' ? field.value : field.quality));
      expect(shown).toEqual(samples.map((sample) => sample.values[id as keyof typeof sample.values]));
    }
  });

  it('says the same as the decoder of random frames, value by value', () => {
    const random = seeded(80);
    for (let i = 0; i < 400; i += 1) {
      const { frame } = randomFrame(random);
      const tally = (entries: readonly (readonly [string, unknown])[]): string[] =>
        entries.map(([id, value]) => `${id} ${value}`).sort();
      const signals = new Set(SIGNALS.map((signal) => signal.id as string));
      const fields = describeMessage(frame)
        .frames.flatMap((one) => one.sections.flatMap((section) => section.fields))
        .filter((field) => signals.has(field.id));
      const decoded = decode(frame).samples.flatMap((sample) => Object.entries(sample.values));
      expect(tally(fields.map((field) => [field.id, field.quality === 'ok' ? field.value : field.quality]))).toEqual(
        tally(decoded),
      );
    }
  });

  it('shows offset, bytes, both names, raw, value and unit', () => {
    const fields = describeMessage(vector('V3')).frames[0]?.sections[2]?.fields;
    expect(fields?.find((field) => field.id === 'noxDownPpm')).toEqual({
      offset: 44,
      bytes: '1364',
      id: 'noxDownPpm',
      zh: 'SCR下游NOx',
      en: 'NOx downstream of the SCR',
      raw: 4964,
      value: 48.2,
      unit: 'ppm',
      quality: 'ok',
      note: '',
    });
    const text = describeFrame(vector('V3'));
    expect(text).toMatch(/^ {4}44 {2}1364 +SCR下游NOx NOx downstream of the SCR +48\.2 ppm {2}\(raw 4964\)$/mu);
    expect(text).toMatch(/no value \(na\)/u);
    expect(text).toContain('gives 2 samples, 0 OBD blocks, 0 control records');
  });

  it('names monitors, counters and trouble codes of an OBD block', () => {
    const text = describeFrame(vector('V4'));
    expect(text).toContain('SPN 4364 FMI 18 OC 3');
    expect(text).toContain('OBDCOND 3, IGNCNTR 40');
    // supported 9A10: bits 4, 9, 11, 12, 15
    expect(text).toContain(
      'A/C refrigerant, boost pressure control, SCR or NOx adsorber, NMHC oxidation catalyst, comprehensive component',
    );
  });

  it.each([
    [
      'a wrong check byte',
      `${vector('V9').slice(0, -2)}00`,
      /BAD_CHECKSUM.*the check byte is 00, the XOR of bytes 2 to 31 is 43/u,
    ],
    ['a frame cut short', vector('V3').slice(0, 120), /BAD_LENGTH.*it says 111 bytes and 60 are left/u],
    ['noise in front', `00FF${vector('V9')}`, /BAD_FRAME.*2 bytes at byte 0 begin no frame/u],
    ['hex with a stray letter', '2323zz', /digit 5 is not hexadecimal/u],
    ['an odd number of digits', '232', /odd number/u],
    ['nothing', '  ', /no bytes given/u],
    ['JSON of the wrong shape', hexOf(new TextEncoder().encode('{"v":2}')), /BAD_SHAPE.*v is not 1/u],
  ])('explains %s and says what to do', (_name, hex, words) => {
    const text = describeFrame(hex);
    expect(text).toMatch(words);
    expect(text).toContain('what to do: ');
  });

  it('reads the fields of a frame even when its check byte is wrong', () => {
    const frame = describeMessage(`${vector('V3').slice(0, -2)}00`).frames[0];
    expect(frame?.ok).toBe(false);
    expect(frame?.sections.flatMap((section) => section.fields).find((field) => field.id === 'engineRpm')?.value).toBe(1425.5);
  });

  it('takes hex with spaces, colons and 0x', () => {
    const spaced = vector('V1').replace(/(..)/gu, '0x$1, ');
    expect(describeMessage(spaced).frames[0]).toMatchObject({ ok: true, command: { code: 5, zh: '终端校时' } });
  });
});
