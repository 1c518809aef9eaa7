import { describe, expect, it } from 'vitest';
import { passwordFault, toldFault } from './password.ts';

const RULES = { minLength: 10, minKinds: 3 };

describe('a password', () => {
  it.each([
    ['Abc-12345', 'weakShort'],
    ['abcdefghij', 'weakKinds'],
    ['Abcdefghij', 'weakKinds'],
    ['Abcdefghi1', undefined],
    // Three letters of Chinese are three characters, and a kind of their own.
    ['天池雪山车队', 'weakShort'],
    ['天池雪山abcdefG', undefined],
  ])('%s: %s', (password, kind) => {
    expect(passwordFault(password, RULES)?.kind).toBe(kind);
  });

  it.each([
    ['has 4 characters; at least 10 are needed', { kind: 'weakShort', n: 10 }],
    ['has 1 of the kinds lower case, upper case, digits and other; 3 are needed', { kind: 'weakKinds', n: 3 }],
    ['contains "plume"', { kind: 'weakContains', word: 'plume' }],
    ['repeats the same few characters', { kind: 'weakRepeats' }],
    ['is one of those that are tried first', { kind: 'weakCommon' }],
    ['is one of the last 5', { kind: 'weakOld' }],
    ['is the last one', { kind: 'weakOld' }],
    ['is something new', undefined],
  ])('refused because it %s is told in words of the page', (reason, fault) => {
    expect(toldFault(reason)).toEqual(fault);
  });
});
