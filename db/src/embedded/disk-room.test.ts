import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sqlStateOf, troubleOf } from '../db.ts';
import { diskTrouble, ROOM_BYTES } from './disk-room.ts';

describe('room on the disk of the embedded database', () => {
  it('is enough down to four segments of the log', () => {
    expect(diskTrouble(tmpdir(), ROOM_BYTES)).toBeNull();
  });

  it('is told as a full disk below that: keep the data, repeat later', () => {
    const trouble = diskTrouble('/site/data', ROOM_BYTES - 1);
    expect(trouble?.message).toContain('67 MB are free on the disk of /site/data, 68 MB are needed');
    expect(sqlStateOf(trouble)).toBe('53100');
    expect(troubleOf(trouble)).toBe('away');
  });

  it('is asked of the disk itself', () => {
    expect(diskTrouble(tmpdir())).toBeNull();
  });
});
