import { describe, expect, it } from 'vitest';
import { hoursOf, runsOf, sharedScale } from './coverage.ts';

describe('a coverage bar', () => {
  it('is stretches of equal buckets that cover it whole', () => {
    expect(runsOf('--vvnp')).toEqual([
      { cover: 'none', from: 0, to: 2 },
      { cover: 'valid', from: 2, to: 4 },
      { cover: 'invalid', from: 4, to: 5 },
      { cover: 'parked', from: 5, to: 6 },
    ]);
    expect(runsOf('')).toEqual([]);
  });

  it('is told in hours: with data, and with a valid NOx', () => {
    expect(hoursOf('--vvnp', 900)).toEqual({ data: 1, valid: 0.5 });
    expect(hoursOf('----', 900)).toEqual({ data: 0, valid: 0 });
  });
});

describe('the scale that all lines share', () => {
  it.each([
    { name: 'is 100 ppm at least', lines: [[3, null]], most: 100 },
    {
      name: 'is round and holds what there is',
      lines: [
        [3, 130],
        [null, 480],
      ],
      most: 500,
    },
    { name: 'is not stretched by one stray value in a hundred', lines: [[...Array(99).fill(90), 2900]], most: 100 },
    { name: 'stands without values', lines: [[null]], most: 100 },
    { name: 'takes a value at its edge', lines: [[1000, 1000]], most: 1000 },
  ])('$name', ({ lines, most }) => expect(sharedScale(lines)).toBe(most));
});
