import { describe, expect, it } from 'vitest';
import { foreignProtocol, readHello } from './hello.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');

describe('the first frame', () => {
  it('of a captured login tells VIN and ICCID', () => {
    const login = '2323014C47444348393147384B413134313236390101001C1401080E0806000338393836313131393232323033353530373837373A';
    expect(readHello(bytes(login))).toEqual({ ok: true, vin: 'LGDCH91G8KA141269', iccid: '89861119222035507877' });
  });

  it('of a captured logout tells the VIN', () => {
    const logout = '2323044C47365A44414E4837455932303831383202010008140911132E34001A5E';
    expect(readHello(bytes(logout))).toEqual({ ok: true, vin: 'LG6ZDANH7EY208182', iccid: null });
  });

  it('without a VIN names nobody', () => {
    // 17 times the digit 0: the XOR is 30, with 05 34.
    expect(readHello(bytes(`232305${'30'.repeat(17)}0101000035`))).toMatchObject({ ok: false, kind: 'unknownVin' });
  });

  it('of GB/T 32960, where the response flag stands in place of the VIN, is told as such', () => {
    const vin = Buffer.from('LZZ5CLVB0JA000001').toString('hex');
    const found = readHello(bytes(`232307fe${vin}010000a0`));
    expect(found).toMatchObject({ ok: false, kind: 'badProtocol' });
    expect(found).toHaveProperty('detail', expect.stringContaining('GB/T 32960'));
  });
});

describe('the opening of a stream', () => {
  it.each([
    ['##0136QN=20', 'HJ 212'],
    ['##9', 'HJ 212'],
    ['$$\u0002', '24 24'],
  ])('%j is told as another protocol', (text, name) => {
    expect(foreignProtocol(Buffer.from(text))).toContain(name);
  });

  it.each(['', '#', '##', '##\u0001', '##\u0082', '$', 'GET', '\u0016\u0003\u0001'])('%j is not', (text) => {
    expect(foreignProtocol(Buffer.from(text, 'latin1'))).toBeNull();
  });
});
