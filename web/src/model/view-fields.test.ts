import { describe, expect, it } from 'vitest';
import { choice, flag, list, number, rangeAt, readView, text, timeRange, word, writeView } from './view-fields.ts';

const FIELDS = {
  q: text(),
  state: choice(['online', 'late'], null),
  sort: word(/^[a-z][A-Za-z0-9]{1,39}$/, 'attention'),
  order: choice(['asc', 'desc'], 'asc'),
  truck: number(),
  signals: list(/^[a-z][A-Za-z0-9]{1,39}$/, 6, ['noxDownPpm', 'speedKmh']),
  range: timeRange('1h'),
  follow: flag(true),
  table: flag(false),
};
const FIRST = readView(FIELDS, '');

describe('the address', () => {
  it('of the first view is bare, and a bare address is the first view', () => {
    expect(writeView(FIELDS, FIRST)).toBe('');
    expect(FIRST).toEqual({
      q: '',
      state: null,
      sort: 'attention',
      order: 'asc',
      truck: null,
      signals: ['noxDownPpm', 'speedKmh'],
      range: { span: '1h' },
      follow: true,
      table: false,
    });
  });

  it.each<{ name: string; view: typeof FIRST; query: string }>([
    { name: 'a number', view: { ...FIRST, truck: 7 }, query: '?truck=7' },
    { name: 'a search in Chinese', view: { ...FIRST, q: '新B 12%&=' }, query: '?q=%E6%96%B0B+12%25%26%3D' },
    {
      name: 'a filter and a sort',
      view: { ...FIRST, state: 'late', sort: 'noxDownPpm', order: 'desc' },
      query: '?state=late&sort=noxDownPpm&order=desc',
    },
    { name: 'a list', view: { ...FIRST, signals: ['speedKmh', 'engineRpm'] }, query: '?signals=speedKmh,engineRpm' },
    { name: 'a moving range', view: { ...FIRST, range: { span: '7d' } }, query: '?range=now-7d' },
    {
      name: 'a fixed range, in Beijing time',
      view: { ...FIRST, range: { fromMs: Date.UTC(2026, 10, 23, 6), toMs: Date.UTC(2026, 10, 23, 7) } },
      query: '?from=2026-11-23T14:00:00%2B08:00&to=2026-11-23T15:00:00%2B08:00',
    },
    { name: 'switches', view: { ...FIRST, follow: false, table: true }, query: '?follow=off&table=on' },
  ])('carries $name and gives it back', ({ view, query }) => {
    expect(writeView(FIELDS, view)).toBe(query);
    expect(readView(FIELDS, query)).toEqual(view);
  });

  it.each([
    '?truck=-1&state=gone&sort=%22%3E&range=now-1y&signals=%3Cscript%3E',
    '?truck=1e9&from=x&to=y',
    '?from=2026-11-23T15:00:00%2B08:00&to=2026-11-23T14:00:00%2B08:00',
    '?%',
    '?signals=,,,&table=perhaps&order=up',
  ])('that makes no sense (%s) falls back to the first view', (query) => {
    expect(readView(FIELDS, query)).toEqual(FIRST);
  });

  it('holds at most as many words as a list may have, each once', () => {
    expect(readView(FIELDS, '?signals=a1,a1,a2,a3,a4,a5,a6,a7').signals).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });

  it('holds no more text than a field takes', () => {
    expect(readView(FIELDS, `?q=${'x'.repeat(5000)}`).q).toHaveLength(100);
  });
});

describe('a range', () => {
  it('that moves ends now', () => {
    expect(rangeAt({ span: '15m' }, 1_000_000_000)).toEqual({ fromMs: 999_100_000, toMs: 1_000_000_000 });
    expect(rangeAt({ span: '30d' }, 10_000_000_000)).toEqual({ fromMs: 10_000_000_000 - 30 * 86_400_000, toMs: 10_000_000_000 });
  });
});
