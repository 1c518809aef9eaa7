import { describe, expect, it } from 'vitest';
import type { TcpAnswers } from '../contract.ts';
import { answerTo } from './answer.ts';

// Worked by hand from the frame table (GB 17691-2018 Annex Q): 23 23, command, 17 characters of VIN, version, encryption 01, length, data, and
// the XOR from the command to the last byte of data. The XOR of the characters of LZZ5CLVB0JA000001 is 58.
const VIN = '4C5A5A35434C5642304A41303030303031';
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** A frame with that command and no data; its check byte does not matter here. */
const request = (command: string, version = '01', vin = VIN): Uint8Array => bytes(`2323 ${command} ${vin} ${version} 01 0000 00`);
/** 2026-11-20 14:30:05 in Beijing: 1A 0B 14 0E 1E 05, XOR 10. */
const NOW_MS = Date.parse('2026-11-20T06:30:05.900Z');
const TIME = '1A0B140E1E05';

const answer = (command: string, answers: TcpAnswers, options: { errors?: boolean; isRefused?: boolean } = {}): string | null => {
  const { errors = false, isRefused = false } = options;
  const found = answerTo(request(command), { answers, errors }, isRefused, NOW_MS);
  return found && Buffer.from(found).toString('hex').toUpperCase();
};
const frame = (command: string, data: string, check: string): string =>
  `2323${command}${VIN}0101${(data.length / 2).toString(16).padStart(4, '0')}${data}${check}`.toUpperCase();

describe('the answer on plain TCP', () => {
  it.each(['01', '02', '03', '04', '05', '06', '07', '80', 'FE'])('to %s is none for terminals of Annex Q', (command) => {
    expect(answer(command, 'none', { errors: true, isRefused: true })).toBeNull();
  });

  it.each([
    ['01', frame('01', '', '59')],
    ['02', frame('02', '', '5A')],
    ['03', frame('03', '', '5B')],
    ['04', frame('04', '', '5C')],
    ['05', frame('05', TIME, '4B')],
    ['06', frame('06', '', '5E')],
  ])('to %s is its echo, for 05 of 31 bytes with the time', (command, expected) => {
    expect(answer(command, 'echo')).toBe(expected);
    expect(answer(command, 'echo', { errors: true, isRefused: true })).toBe(expected);
    expect(expected.length / 2).toBe(command === '05' ? 31 : 25);
  });

  it.each([
    ['01', frame('81', '', 'D9')],
    ['02', frame('82', '', 'DA')],
    ['03', frame('83', '', 'DB')],
    ['04', frame('84', '', 'DC')],
    ['05', frame('85', TIME, 'CB')],
    ['06', frame('86', '', 'DE')],
    ['07', frame('87', '', 'DF')],
  ])('to %s is 80 more, for 05 with the time at offset 24', (command, expected) => {
    expect(answer(command, 'plus80')).toBe(expected);
    expect(answer(command, 'plus80', { errors: true })).toBe(expected);
    // Without `errors` a refused message is answered as any other: it is kept, and is not to be sent again.
    expect(answer(command, 'plus80', { isRefused: true })).toBe(expected);
  });

  it.each([
    ['01', frame('91', '', 'C9')],
    ['02', frame('92', '', 'CA')],
    ['04', frame('94', '', 'CC')],
    ['05', frame('95', '', 'CD')],
    ['07', frame('97', '', 'CF')],
  ])('to %s that was refused is 90 more, where the profile says so', (command, expected) => {
    expect(answer(command, 'plus80', { errors: true, isRefused: true })).toBe(expected);
  });

  it.each(['00', '08', '0C', '0D', '10', '7F', '80', '81', '85', '95', 'C0', 'FE', 'FF'])(
    'to %s, which is an answer itself or somebody’s own, is none',
    (command) => {
      expect(answer(command, 'echo')).toBeNull();
      expect(answer(command, 'plus80', { errors: true, isRefused: true })).toBeNull();
    },
  );

  it('carries the version byte and the VIN field of the frame, padding included', () => {
    const short = `${'4C'.repeat(3)}${'00'.repeat(14)}`;
    const found = answerTo(request('02', '07', short), { answers: 'plus80', errors: false }, false, NOW_MS);
    // 82 ^ 4C (three times) ^ 07 ^ 01 = C8
    expect(Buffer.from(found ?? []).toString('hex')).toBe(`232382${short}07010000c8`.toLowerCase());
  });

  it('is none for a VIN field that is no text', () => {
    expect(answerTo(request('02', '01', 'FF'.repeat(17)), { answers: 'plus80', errors: false }, false, NOW_MS)).toBeNull();
  });
});
