import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressNext, DbStartError, openDb, openEmbedded } from '@plume/db';
import { encodeRealtime } from '@plume/ingest/protocol';
import { mqttTransport } from '@plume/simulators';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { loudOnce } from '../support/once-per-run.ts';
import { startService } from '../support/service.ts';
import { enterSite } from '../support/site.ts';

const strace = spawnSync('strace', ['-V']).status === 0;
if (!strace) loudOnce('strace', 'FLUSH BEFORE ACKNOWLEDGEMENT NOT TRACED: strace is not installed');
const MESSAGES = 30;
const ROWS = inject('faults') === 'short' ? 200_000 : 1_000_000;
const ROWS_A_BATCH = 2_000;
/** Everything here lies this long ago, so that its chunks are old enough to be compressed. */
const AGE_MS = 30 * 86_400_000;

const FAILING_DISK = new URL('failing-disk.mjs', import.meta.url);

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'plume-durable-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const PUBACK = /@\\(?:002|2)/g;
const PUBACK_FIRST = new RegExp(`"${PUBACK.source}`);

/**
 * Acknowledgements in a trace that nothing on disk stands behind. Behind each must be, since its message arrived, a write to the log and
 * after that write a flush of the same file that has ended well. A PUBACK is `40 02` and the message's number (MQTT 3.1.1, 3.4), which strace
 * prints as `@\2`, or as `@\002` where the number begins with a byte that reads as an octal digit.
 */
function unflushed(trace: string): { acknowledgements: number; without: number } {
  let written: string | null = null;
  let flushed = false;
  let acknowledgements = 0;
  let without = 0;
  /** strace knows a socket's addresses, or, when the system was too busy to tell, only its number. */
  const isSocket = (file: string): boolean => file.startsWith('TCP') || file.startsWith('socket:');
  /** Flushes that another thread's line cut in two, by thread. */
  const underWay = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const thread = /^\d+/.exec(line)?.[0] ?? '';
    const call = /\b(\w+)\(\d+<([^>]*)>/.exec(line);
    const [, name = '', file = ''] = call ?? [];
    const begun = call === null && /<\.\.\. f(data)?sync resumed>/.test(line) ? underWay.get(thread) : undefined;
    if (name === 'read' && isSocket(file) && line.includes('obd/v1/traced/')) {
      written = null;
      flushed = false;
    } else if (name === 'pwrite64' && file.includes('/pg_wal/')) {
      written = file;
      flushed = false;
    } else if (/^f(data)?sync$/.test(name) && line.includes('unfinished')) underWay.set(thread, file);
    else if (/^f(data)?sync$/.test(name) || begun !== undefined) {
      if (written !== null && (begun ?? file) === written && /= 0$/.test(line)) flushed = true;
    } else if (/^(write|writev|sendto|sendmsg)$/.test(name) && isSocket(file) && PUBACK_FIRST.test(line)) {
      const together = line.match(PUBACK)?.length ?? 0;
      acknowledgements += together;
      if (!flushed) without += together;
    }
  }
  return { acknowledgements, without };
}

function oneSample(vin: string, timeSec: number, number: number): Uint8Array {
  const bodies = [{ type: 0x02 as const, values: { speedKmh: number } }];
  return encodeRealtime({ vin, layout: 'A', sendTimeSec: timeSec, seq: number, records: [{ timeSec, bodies }] });
}

/** Traces every thread of a process from now on; resolves to the end of the tracer, which comes with the end of the process. */
async function attachTracer(pid: number, log: string): Promise<{ readonly ended: Promise<unknown> }> {
  const calls = 'trace=fdatasync,fsync,pwrite64,read,write,writev,sendto,sendmsg';
  const tracer = spawn('strace', ['-f', '-yy', '-s', '64', '-e', calls, '-o', log, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(tracer, 'exit');
  while (!said.includes('attached')) {
    if (tracer.exitCode !== null) throw new Error(`strace cannot trace: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ended };
}

describe('the embedded engine on disk', () => {
  /** Messages sent one after another to a service whose system calls are traced. */
  async function traced(disk: 'sound' | 'lies'): Promise<string> {
    const db = await openDb({ url: null, dataDir });
    const [terminal] = await enterSite(db, [{ id: 'traced', vin: 'LZZ5CLVB0JB100000' }]);
    await db.close();
    if (!terminal) throw new Error('no terminal');
    const log = join(dataDir, 'trace.log');
    const service = await startService({ dataDir, ...(disk === 'lies' ? { preload: FAILING_DISK, env: { DISK: 'lies' } } : {}) });
    const tracer = await attachTracer(service.process.pid ?? 0, log);
    const link = await mqttTransport({
      url: `mqtt://127.0.0.1:${service.mqttPort}`,
      terminalId: terminal.id,
      secret: terminal.secret,
    }).connect();
    const now = Math.floor(Date.now() / 1000) - MESSAGES;
    for (let number = 0; number < MESSAGES; number += 1) await link.publish(oneSample(terminal.vin, now + number, number));
    await link.close();
    await service.stop();
    await tracer.ended;
    return readFileSync(log, 'utf8');
  }

  it.runIf(strace)('flushes the log between every message and its acknowledgement, as the system calls show', async () => {
    const trace = await traced('sound');
    const seen = unflushed(trace);
    const flushes = trace.match(/fdatasync\(\d+<[^>]*pg_wal/g)?.length ?? 0;
    console.log(
      `STRACE: ${seen.acknowledgements} acknowledgements, ${seen.without} of them without a flush of pg_wal before; ${flushes} flushes`,
    );
    // One more than the samples: the status message is acknowledged too.
    expect(seen).toEqual({ acknowledgements: MESSAGES + 1, without: 0 });
  });

  it.runIf(strace)('would show an engine that does not flush', async () => {
    const seen = unflushed(await traced('lies'));
    console.log(
      `STRACE, flushing switched off: ${seen.acknowledgements} acknowledgements, ${seen.without} of them without a flush`,
    );
    expect(seen).toEqual({ acknowledgements: MESSAGES + 1, without: MESSAGES + 1 });
  });

  it('ends, acknowledging nothing more, when the disk refuses a flush', async () => {
    const db = await openDb({ url: null, dataDir });
    const [terminal] = await enterSite(db, [{ id: 'flushed', vin: 'LZZ5CLVB0JB100000' }]);
    await db.close();
    if (!terminal) throw new Error('no terminal');
    const trigger = join(dataDir, 'disk-fails');
    const service = await startService({ dataDir, preload: FAILING_DISK, env: { DISK: trigger } });
    const link = await mqttTransport({
      url: `mqtt://127.0.0.1:${service.mqttPort}`,
      terminalId: terminal.id,
      secret: terminal.secret,
    }).connect();
    const now = Math.floor(Date.now() / 1000) - 60;
    for (let number = 0; number < 5; number += 1) await link.publish(oneSample(terminal.vin, now + number, number));
    writeFileSync(trigger, '');
    const after = Array.from({ length: 10 }, (_, i) => link.publish(oneSample(terminal.vin, now + 10 + i, 10 + i)));
    const settled = await Promise.allSettled(after);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(await service.ended).toBe(1);
    // Among the lines, not the last: what the log still held may follow it.
    const said = service.errors().match(/^plume: the embedded database has failed.*$/m)?.[0];
    console.log(`FLUSH FAILURE: 5 acknowledged before, 0 of ${after.length} after; exit code 1; ${said}`);
    expect(said).toMatch(/; nothing more is acknowledged: .*flushed to disk/);
    rmSync(trigger);
    const again = await openDb({ url: null, dataDir });
    const [kept] = await again.query<{ n: number }>('select count(*)::int as n from samples where "speedKmh" < $1', [5 * 256]);
    await again.close();
    expect(kept?.n).toBe(5);
  });

  it(`keeps ${ROWS.toLocaleString('en')} rows through a SIGKILL, compressed chunks among them`, async () => {
    const writer = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        fileURLToPath(new URL('bulk-writer.ts', import.meta.url)),
        dataDir,
        String(ROWS),
        String(ROWS_A_BATCH),
        String(Date.now() - AGE_MS),
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    writer.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!said.includes(`${ROWS} rows`)) {
      if (writer.exitCode !== null) throw new Error(`the writer ended with ${writer.exitCode}: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const gone = once(writer, 'exit');
    writer.kill('SIGKILL');
    await gone;
    const opened = performance.now();
    const db = await openEmbedded(dataDir);
    const ms = performance.now() - opened;
    const COUNT = 'select count(*)::int8 as n, sum("noxDownPpm")::int8 as total from samples';
    const [kept] = await db.query<{ n: number; total: number }>(COUNT);
    const compressed = await db.query<{ n: number }>(
      'select count(*)::int as n from timescaledb_information.chunks where is_compressed',
    );
    console.log(
      `bulk: ${ROWS} rows reported, ${kept?.n} after SIGKILL and reopening (${Math.round(ms)} ms), ${compressed[0]?.n} chunks compressed`,
    );
    expect(kept?.n).toBe(ROWS);
    expect(compressed[0]?.n).toBeGreaterThan(0);
    while (await compressNext(db, new Date())) {
      // every chunk that is due
    }
    await db.close();
    const again = await openEmbedded(dataDir);
    expect(await again.query(COUNT)).toEqual([kept]);
    const gaps = await again.query(
      "select count(*)::int as n from (select time_bucket_gapfill('1 hour', time) from samples where time >= now() - interval '40 days' and time < now() group by 1) g",
    );
    expect(gaps).toEqual([{ n: expect.any(Number) }]);
    await again.close();
  });

  it('lets no second process in, and names the holder', async () => {
    const service = await startService({ dataDir });
    await expect(startService({ dataDir })).rejects.toThrow(
      new RegExp(`in use by process ${service.process.pid} on .*Stop that process`),
    );
    await expect(openEmbedded(dataDir)).rejects.toBeInstanceOf(DbStartError);
    await service.kill();
    // A killed holder holds nothing.
    expect(await (await startService({ dataDir })).stop()).toMatchObject({ code: 0 });
  });
});
