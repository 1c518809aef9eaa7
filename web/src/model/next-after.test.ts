import { describe, expect, it } from 'vitest';
import { nextAfter, stretchOf } from './next-after.ts';

const LIST = ['a', 'b', 'c', 'd', 'e'];

describe('where work goes on', () => {
  it.each([
    { name: 'behind the one that leaves', leaving: ['b'], next: 'c' },
    { name: 'behind the last of several', leaving: ['a', 'c'], next: 'd' },
    { name: 'before, when the end leaves', leaving: ['d', 'e'], next: 'c' },
    { name: 'before, past others that leave', leaving: ['c', 'd', 'e'], next: 'b' },
    { name: 'nowhere, when all leave', leaving: LIST, next: null },
    { name: 'at the top, when what leaves is not in the list', leaving: ['x'], next: 'a' },
  ])('$name', ({ leaving, next }) => expect(nextAfter(LIST, new Set(leaving))).toBe(next));

  it('is nowhere in an empty list', () => expect(nextAfter([], new Set(['a']))).toBeNull());
});

describe('a stretch of a list', () => {
  it.each([
    { from: 'b', to: 'd', chosen: ['b', 'c', 'd'] },
    { from: 'd', to: 'b', chosen: ['b', 'c', 'd'] },
    { from: 'c', to: 'c', chosen: ['c'] },
    { from: null, to: 'c', chosen: ['c'] },
    { from: 'x', to: 'c', chosen: ['c'] },
  ])('from $from to $to', ({ from, to, chosen }) => expect(stretchOf(LIST, from, to)).toEqual(chosen));
});
