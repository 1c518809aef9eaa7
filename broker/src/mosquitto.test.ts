import { execFile, execFileSync, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { down, secretOf, status, TestBroker, until, up } from './test-kit.ts';

const run = promisify(execFile);
const INSTALL_MS = 120_000;
const MISSING = 'mosquitto-clients are not installed';
let kit: TestBroker | undefined;
let isThere = false;

function found(): boolean {
  try {
    execFileSync('mosquitto_pub', ['--help'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    // Its help ends with exit code 1; only a missing program has a code of its own.
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT');
  }
}

/** Makes the clients available where that is possible (root on a Debian), else says so loudly. */
beforeAll(() => {
  isThere = found();
  if (!isThere && process.getuid?.() === 0) {
    try {
      execFileSync('sh', ['-c', 'apt-get update && apt-get install -y --no-install-recommends mosquitto-clients'], {
        stdio: 'ignore',
        timeout: INSTALL_MS,
      });
      isThere = found();
    } catch (cause) {
      console.error('mosquitto-clients could not be installed:', cause instanceof Error ? cause.message : cause);
    }
  }
  if (!isThere)
    console.error('!!! NOT TESTED against mosquitto_pub/mosquitto_sub: install mosquitto-clients to run these tests !!!');
}, INSTALL_MS);
afterEach(async () => {
  await kit?.broker.stop();
  kit = undefined;
});

async function start(): Promise<TestBroker> {
  kit = await TestBroker.start({ limits: { failureDelayMs: 1 } });
  return kit;
}
function as(terminalId: string, broker: TestBroker, secret = secretOf(terminalId)): string[] {
  return ['-h', '127.0.0.1', '-p', `${broker.port}`, '-i', terminalId, '-u', terminalId, '-P', secret];
}

describe('the mosquitto clients', () => {
  it.for(['0', '1', '2'])('deliver each message once with QoS %s, a line a message', async (qos, { skip }) => {
    skip(!isThere, MISSING);
    const broker = await start();
    const lines = Array.from({ length: 500 }, (_, n) => `line ${n}`);
    const publisher = spawn('mosquitto_pub', [...as('T1', broker), '-t', up('T1'), '-q', qos, '-l']);
    publisher.stdin.end(`${lines.join('\n')}\n`);
    const code = await new Promise((resolve) => publisher.once('close', resolve));
    expect(code).toBe(0);
    await until('all lines', () => broker.texts().length >= lines.length);
    expect(broker.texts()).toEqual(lines);
  });

  it('wait for a PUBACK that takes its time', async ({ skip }) => {
    skip(!isThere, MISSING);
    const broker = await start();
    broker.holds = true;
    let isDone = false;
    const publishing = run('mosquitto_pub', [...as('T1', broker), '-t', up('T1'), '-q', '1', '-m', 'x']).then(() => {
      isDone = true;
    });
    await until('the message', () => broker.offered.length === 1);
    expect(isDone).toBe(false);
    broker.settleAll();
    await publishing;
  });

  it('get commands on their own topic, and a last will is told', async ({ skip }) => {
    skip(!isThere, MISSING);
    const broker = await start();
    const will = ['--will-topic', status('T1'), '--will-payload', 'offline', '--will-retain'];
    const subscriber = spawn('mosquitto_sub', [...as('T1', broker), ...will, '-t', down('T1'), '-q', '1', '-v']);
    let output = '';
    subscriber.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await until('the subscriber', () => broker.broker.stats().connected.mqtt === 1);
    await until('the command', () => {
      if (output === '') broker.broker.send('T1', { command: 'time' });
      return output.includes('\n');
    });
    expect(output.split('\n')[0]).toBe(`${down('T1')} {"command":"time"}`);
    const gone = new Promise((resolve) => subscriber.once('close', resolve));
    subscriber.kill('SIGKILL');
    await gone;
    await until('the will', () => broker.texts('status').length === 1);
    expect(broker.texts('status')).toEqual(['offline']);
  });

  it('are refused with a wrong secret, a foreign topic, and MQTT 5', async ({ skip }) => {
    skip(!isThere, MISSING);
    const broker = await start();
    await expect(run('mosquitto_pub', [...as('T1', broker, 'wrong'), '-t', up('T1'), '-m', 'x'])).rejects.toThrow(
      /not authori[sz]ed/i,
    );
    await expect(run('mosquitto_pub', [...as('T1', broker), '-V', 'mqttv5', '-t', up('T1'), '-m', 'x'])).rejects.toThrow();
    await expect(run('mosquitto_sub', [...as('T1', broker), '-t', '#', '-W', '5', '-E'])).resolves.toMatchObject({
      stderr: expect.stringMatching(/denied|refused|fail/i),
    });
    const publisher = spawn('mosquitto_pub', [...as('T1', broker), '-t', up('T2'), '-q', '1', '-m', 'x']);
    await until('the incident', () => broker.kinds().includes('foreignTopic'));
    publisher.kill('SIGKILL');
    expect(broker.offered).toEqual([]);
  });

  it('of version 3.1 are served too', async ({ skip }) => {
    skip(!isThere, MISSING);
    const broker = await start();
    await run('mosquitto_pub', [...as('T1', broker), '-V', 'mqttv31', '-t', up('T1'), '-q', '1', '-m', 'old']);
    expect(broker.texts()).toEqual(['old']);
  });
});
