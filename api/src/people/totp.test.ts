import { describe, expect, it } from 'vitest';
import { asRecoveryCode, hotp, matchTotp, newRecoveryCodes, otpauthUri, toBase32, totpStep } from './totp.ts';

/** The secret of both RFCs' examples: the ASCII text 12345678901234567890. */
const SECRET = Buffer.from('12345678901234567890', 'ascii');

describe('codes by counter', () => {
  it('are those of RFC 4226, appendix D', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => hotp(SECRET, counter));
    expect(codes).toEqual(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']);
  });
});

describe('codes by time', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of RFC 6238, appendix B, at %i s', (seconds, code) => {
    expect(hotp(SECRET, totpStep(seconds * 1000), 8)).toBe(code);
    expect(matchTotp(SECRET, code.slice(2), seconds * 1000, 0)).toBe(Math.floor(seconds / 30));
  });

  it('are taken one step early and late, and no further', () => {
    const at = 1_111_111_111_000;
    const step = totpStep(at);
    const taken = [-2, -1, 0, 1, 2].filter((off) => matchTotp(SECRET, hotp(SECRET, step + off), at, 0) !== null);
    expect(taken).toEqual([-1, 0, 1]);
  });

  it('are not taken of a step that was used, or of one before it', () => {
    const at = 1_111_111_111_000;
    const step = totpStep(at);
    expect(matchTotp(SECRET, hotp(SECRET, step), at, step)).toBeNull();
    expect(matchTotp(SECRET, hotp(SECRET, step - 1), at, step)).toBeNull();
    expect(matchTotp(SECRET, hotp(SECRET, step + 1), at, step)).toBe(step + 1);
  });

  it.each(['', '0', '14050471', '1405o4', '１４０５０４'])('are six digits and nothing else (%j)', (code) => {
    expect(matchTotp(SECRET, code, 1_111_111_111_000, 0)).toBeNull();
  });
});

describe('base 32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of %j is that of RFC 4648, section 10, without padding', (text, expected) => {
    expect(toBase32(Buffer.from(text, 'ascii'))).toBe(expected);
  });
});

describe('what goes to the person', () => {
  it('is a URI with issuer and account, escaped', () => {
    expect(otpauthUri(SECRET, 'wang.min', 'Plume 昌吉')).toBe(
      'otpauth://totp/Plume%20%E6%98%8C%E5%90%89:wang.min?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Plume%20%E6%98%8C%E5%90%89&algorithm=SHA1&digits=6&period=30',
    );
  });

  it('and ten recovery codes, all different, that may be typed carelessly', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    const [code = ''] = codes;
    expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    expect(asRecoveryCode(` ${code.toLowerCase().replaceAll('-', ' ')}`)).toBe(code);
    expect(asRecoveryCode(code.slice(1))).toBeUndefined();
    expect(asRecoveryCode('123456')).toBeUndefined();
  });
});
