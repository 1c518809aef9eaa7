import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runToEnd } from '../support/service.ts';

/** What a person gets who types or sets something wrong: one line that says what to do, exit code 1, never a stack trace. */
describe('a careless operator', () => {
  let folder: string;
  let dataDir: string;
  let other: Server;
  let takenPort: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plume-careless-'));
    dataDir = join(folder, 'data');
    cpSync(inject('embeddedTemplate'), dataDir, { recursive: true });
    writeFileSync(join(folder, 'not-a-folder'), '');
    writeFileSync(join(folder, 'junk.pem'), 'junk');
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    takenPort = String((other.address() as AddressInfo).port);
  });
  afterAll(() => {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(entry: readonly string[], env: Record<string, string> = {}) {
    const { code, stderr, stdout } = await runToEnd({ dataDir, entry: ['main.ts', ...entry], env });
    return { code, stdout, lines: stderr.split('\n').filter((line) => line !== '') };
  }

  async function refused(entry: readonly string[], env: Record<string, string>, says: RegExp): Promise<void> {
    const { code, lines } = await run(entry, env);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(code).toBe(1);
  }

  it.each(['PLUME_HTTP_PORT', 'PLUME_TCP_PORT'])('starts on a port that is taken (%s)', async (name) => {
    await refused(['serve'], { [name]: takenPort }, /^plume: .*EADDRINUSE.*PLUME_HTTP_PORT/);
    // Nothing is left behind that would keep the next start out.
    expect(await run(['terminal', 'list'])).toMatchObject({ code: 0, stdout: 'no terminals yet\n' });
  });

  it('enters a truck of 25 kW, and is told the plausible range', async () => {
    const truck = ['vehicle', 'add', '--vin', 'LZZ5ELSD8EN000001', '--plate', '新B00001', '--stage', 'V'];
    await refused([...truck, '--power', '25'], {}, /^plume: .*ratedPowerKw.*between 30 and 500 kW/);
  });

  it('names an address that is not of this machine', () =>
    refused(['serve'], { PLUME_HOST: '192.0.2.1' }, /^plume: .*EADDRNOTAVAIL.*PLUME_HOST/));

  it('gives files that are no certificate', () => {
    const junk = join(folder, 'junk.pem');
    return refused(['serve'], { PLUME_TLS_CERT: junk, PLUME_TLS_KEY: junk }, /^plume: PLUME_TLS_CERT.*must be PEM files/);
  });

  it('names a data directory that is a file', () =>
    refused(['serve'], { PLUME_DATA_DIR: join(folder, 'not-a-folder') }, /^plume: The data directory .* cannot be used/));

  it('gives an address that is none of a database', () =>
    refused(['serve'], { DATABASE_URL: 'postgres://u:p@:x/y' }, /^plume: The address of the database server cannot be read/));

  it.each([
    [['db', 'copy', '--to', 'postgres://nobody@127.0.0.1:1/x'], /cannot be reached \(connect ECONNREFUSED/],
    [['terminal', 'add', 'T-1', '--sinse', '2026-01-01T00:00:00+08:00'], /There is no option --sinse/],
    [['vehicle', 'add'], /Missing required argument: --vin/],
    [['nonsense'], /Unknown command nonsense/],
    [['setup-link'], /No service runs on this data directory/],
  ])('types %j', (entry, says) => refused(entry, {}, says));

  it('has the control file of a service that was killed, whose process id is now another program', async () => {
    for (const text of [
      '{"url":',
      JSON.stringify({
        url: `http://127.0.0.1:${takenPort}`,
        token: 'x',
        pid: process.pid,
        mqttPort: 1,
        tcpPort: 1,
        certificate: null,
      }),
    ]) {
      writeFileSync(join(dataDir, 'service.json'), text);
      expect(await run(['terminal', 'list'])).toMatchObject({ code: 0, stdout: 'no terminals yet\n' });
    }
    rmSync(join(dataDir, 'service.json'));
  });
});
