import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW, formatView, parseView, rangeAt, type View } from './url-state.ts';

describe('the address', () => {
  it('of the first view is bare, and a bare address is the first view', () => {
    expect(formatView(DEFAULT_VIEW)).toBe('');
    expect(parseView('')).toEqual(DEFAULT_VIEW);
  });

  it.each<{ name: string; view: View; query: string }>([
    { name: 'a truck', view: { ...DEFAULT_VIEW, truck: 7 }, query: '?truck=7' },
    { name: 'a search in Chinese', view: { ...DEFAULT_VIEW, search: '新B 12%&=' }, query: '?q=%E6%96%B0B+12%25%26%3D' },
    {
      name: 'a filter and a sort',
      view: { ...DEFAULT_VIEW, state: 'late', sort: 'noxDownPpm', descending: true },
      query: '?state=late&sort=noxDownPpm&order=desc',
    },
    { name: 'signals', view: { ...DEFAULT_VIEW, signals: ['speedKmh', 'engineRpm'] }, query: '?signals=speedKmh,engineRpm' },
    { name: 'a moving range', view: { ...DEFAULT_VIEW, range: { span: '7d' } }, query: '?range=now-7d' },
    {
      name: 'a fixed range, in Beijing time',
      view: { ...DEFAULT_VIEW, range: { fromMs: Date.UTC(2026, 10, 23, 6), toMs: Date.UTC(2026, 10, 23, 7) } },
      query: '?from=2026-11-23T14:00:00%2B08:00&to=2026-11-23T15:00:00%2B08:00',
    },
    { name: 'a paused table', view: { ...DEFAULT_VIEW, follow: false, table: true }, query: '?follow=off&table=on' },
  ])('carries $name and gives it back', ({ view, query }) => {
    expect(formatView(view)).toBe(query);
    expect(parseView(query)).toEqual(view);
  });

  it.each([
    '?truck=-1&state=gone&sort=%22%3E&range=now-1y&signals=%3Cscript%3E',
    '?truck=1e9&from=x&to=y',
    '?from=2026-11-23T15:00:00%2B08:00&to=2026-11-23T14:00:00%2B08:00',
    '?%',
    '?signals=,,,',
  ])('that makes no sense (%s) falls back to the first view', (query) => {
    expect(parseView(query)).toEqual(DEFAULT_VIEW);
  });

  it('holds at most six signals, each once', () => {
    expect(parseView('?signals=a1,a1,a2,a3,a4,a5,a6,a7').signals).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });
});

describe('a range', () => {
  it('that moves ends now', () => {
    expect(rangeAt({ span: '15m' }, 1_000_000_000)).toEqual({ fromMs: 999_100_000, toMs: 1_000_000_000 });
    expect(rangeAt({ span: '30d' }, 10_000_000_000)).toEqual({ fromMs: 10_000_000_000 - 30 * 86_400_000, toMs: 10_000_000_000 });
  });
});
