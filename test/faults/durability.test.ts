import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'plume-durable-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Acknowledgements in a trace that no flush of the log came before, since the message arrived. A PUBACK is `40 02 …` (MQTT 3.1.1, 3.4). */
function unflushed(trace: string): { acknowledgements: number; without: number } {
  let flushed = false;
  let acknowledgements = 0;
  let without = 0;
  for (const line of trace.split('\n')) {
    if (/\bread\(\d+<TCP/.test(line) && line.includes('obd/v1/traced/up')) flushed = false;
    else if (/\b(fdatasync|fsync)\(\d+<[^>]*\/pg_wal\//.test(line)) flushed = true;
    else if (/\b(write|writev|sendto|sendmsg)\(\d+<TCP/.test(line) && line.includes('"@\\2')) {
      acknowledgements += 1;
      if (!flushed) without += 1;
    }
  }
  return { acknowledgements, without };
}

/** Traces every thread of a process from now on; resolves to the end of the tracer, which comes with the end of the process. */
async function attachTracer(pid: number, log: string): Promise<{ readonly ended: Promise<unknown> }> {
  const calls = 'trace=fdatasync,fsync,read,write,writev,sendto,sendmsg';
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
  it.runIf(strace)('flushes the log between every message and its acknowledgement, as the system calls show', async () => {
    const db = await openDb({ url: null, dataDir });
    const [terminal] = await enterSite(db, [{ id: 'traced', vin: 'LZZ5CLVB0JB100000' }]);
    await db.close();
    if (!terminal) throw new Error('no terminal');
    const log = join(dataDir, 'trace.log');
    const service = await startService({ dataDir });
    const tracer = await attachTracer(service.process.pid ?? 0, log);
    const link = await mqttTransport({
      url: `mqtt://127.0.0.1:${service.mqttPort}`,
      terminalId: terminal.id,
      secret: terminal.secret,
    }).connect();
    const now = Math.floor(Date.now() / 1000) - MESSAGES;
    for (let number = 0; number < MESSAGES; number += 1) {
      const bodies = [{ type: 0x02 as const, values: { speedKmh: number } }];
      await link.publish(
        encodeRealtime({
          vin: terminal.vin,
          layout: 'A',
          sendTimeSec: now + number,
          seq: number,
          records: [{ timeSec: now + number, bodies }],
        }),
      );
    }
    await link.close();
    await service.stop();
    await tracer.ended;
    const trace = readFileSync(log, 'utf8');
    const seen = unflushed(trace);
    console.log(
      `strace: ${seen.acknowledgements} acknowledgements, ${seen.without} of them without a flush of pg_wal before; ${trace.match(/fdatasync\(\d+<[^>]*pg_wal/g)?.length ?? 0} flushes`,
    );
    // One more than the samples: the status message is acknowledged too.
    expect(seen).toEqual({ acknowledgements: MESSAGES + 1, without: 0 });
    // The reading of the trace can tell: without the flushes it finds every acknowledgement wanting.
    const doctored = trace.replace(/^.*\b(fdatasync|fsync)\(.*$/gm, '');
    expect(unflushed(doctored).without).toBe(MESSAGES + 1);
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
