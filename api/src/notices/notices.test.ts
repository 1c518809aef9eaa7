import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { MOST_ATTEMPTS, retryAfterMs } from './backoff.ts';
import { fillBody, templateFault, unknownFields } from './body-template.ts';
import { ChannelSettings } from './channel-config.ts';
import { heldUntil } from './quiet-hours.ts';
import { deliver } from './send.ts';
import { signatureOf } from './signature.ts';
import { reachOf, urlFault } from './target.ts';
import { openReceiver } from './test-receivers.ts';

/** A moment on a Beijing clock. */
const at = (text: string) => Date.parse(`${text}+08:00`);

describe('quiet hours', () => {
  const NIGHT = [22 * 60, 7 * 60] as const;
  it.each([
    { name: 'just before they begin', now: '2026-11-23T21:59:59', until: '2026-11-23T21:59:59' },
    { name: 'as they begin', now: '2026-11-23T22:00:00', until: '2026-11-24T07:00:00' },
    { name: 'before midnight', now: '2026-11-23T23:30:20', until: '2026-11-24T07:00:00' },
    { name: 'after midnight', now: '2026-11-24T00:00:00', until: '2026-11-24T07:00:00' },
    { name: 'their last minute', now: '2026-11-24T06:59:59', until: '2026-11-24T07:00:00' },
    { name: 'as they end', now: '2026-11-24T07:00:00', until: '2026-11-24T07:00:00' },
  ])('over midnight, $name', ({ now, until }) => {
    expect(heldUntil(at(now), ...NIGHT)).toBe(at(until));
  });
  it.each([
    { name: 'before', now: '2026-11-23T11:59:00', until: '2026-11-23T11:59:00' },
    { name: 'within', now: '2026-11-23T12:15:00', until: '2026-11-23T13:30:00' },
    { name: 'after', now: '2026-11-23T13:30:00', until: '2026-11-23T13:30:00' },
  ])('within a day, $name', ({ now, until }) => {
    expect(heldUntil(at(now), 12 * 60, 13 * 60 + 30)).toBe(at(until));
  });
  it('are none without a beginning or an end', () => {
    expect(heldUntil(at('2026-11-23T23:00:00'), null, null)).toBe(at('2026-11-23T23:00:00'));
  });
});

describe('the wait between attempts', () => {
  it('doubles from half a minute and stays at two hours', () => {
    expect([1, 2, 3, 8, 9, 10, 19].map(retryAfterMs)).toEqual(
      [30, 60, 120, 3840, 7200, 7200, 7200].map((seconds) => seconds * 1000),
    );
  });
  it('adds up to about a day before a message is given up', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) => retryAfterMs(i + 1));
    // 30 s × (2⁸ − 1) = 2 h 7.5 min, and eleven times two hours.
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe((127.5 + 11 * 120) * 60_000);
  });
});

describe('the signature', () => {
  it('is what another program makes of the same bytes', () => {
    // printf '1795000000.{"id":"甲"}' | openssl dgst -sha256 -hmac 'a key of the receiver'
    expect(signatureOf('a key of the receiver', 1_795_000_000, '{"id":"甲"}')).toBe(
      't=1795000000,v1=34526ebf2351b03a8c982323653c33b8daeb3f959a0f3a2186c3e6d69f1594d7',
    );
  });
});

describe('a body template', () => {
  const values = { to: '139', subject: 's', text: 'line\n"quoted" 甲', id: 'x', time: 't', secret: 'k&y' };
  it('writes values so that JSON stays JSON', () => {
    const body = fillBody('{"msgtype":"text","text":{"content":"{{text}}"},"to":["{{ to }}"]}', values, 'json');
    expect(JSON.parse(body)).toEqual({ msgtype: 'text', text: { content: 'line\n"quoted" 甲' }, to: ['139'] });
  });
  it('writes values of a form and of an address percent-encoded', () => {
    const body = fillBody('key={{secret}}&t={{text}}', values, 'form');
    expect(new URLSearchParams(body).get('key')).toBe('k&y');
    expect(new URLSearchParams(body).get('t')).toBe(values.text);
  });
  it('names what is no field, with those that are', () => {
    expect(unknownFields('{{text}} {{plate}} {{}}')).toEqual(['plate', '']);
    expect(templateFault('{"a":"{{plate}}"}', 'json')).toMatch(/\{\{plate\}\}.*\{\{text\}\}/);
  });
  it.each(['{"a":{{text}}}', 'text={{text}}', ''])('is refused where it would be no JSON: %s', (body) => {
    expect(templateFault(body, 'json')).toMatch(/no JSON/);
  });
});

describe('a target', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['fd00::1', 'private'],
    ['169.254.169.254', 'refused'],
    ['fe80::1', 'refused'],
    ['0.0.0.0', 'refused'],
    ['8.8.8.8', 'public'],
    ['gateway.example', 'unknown'],
  ])('%s is %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });
  it.each([
    ['https://gateway.example/x', null],
    ['http://127.0.0.1:8080/x', null],
    ['ftp://gateway.example', /http/],
    ['file:///etc/passwd', /http/],
    ['https://user:word@gateway.example', /password/],
    ['http://169.254.169.254/latest', /no receiver/],
    ['http://[fe80::1]/', /no receiver/],
    ['gateway', /address/],
  ])('%s', (url, fault) => {
    if (fault === null) expect(urlFault(url)).toBeNull();
    else expect(urlFault(url)).toMatch(fault);
  });
});

describe('the address of a gateway', () => {
  const parse = (url: string) =>
    ChannelSettings.safeParse({ kind: 'sms', config: { url, body: '{"t":"{{text}}"}', form: 'json', answerHas: null } });
  it.each([
    'https://{{to}}/send',
    'https://gateway.example{{ to }}/send',
    'https://{{secret}}.gateway.example/send',
    'https:{{to}}/send',
    'https:\\\\{{to}}\\send',
  ])('names its host itself: %s is refused', (url) => {
    const { error } = parse(url);
    expect(error?.issues).toContainEqual(
      expect.objectContaining({ path: ['config', 'url'], message: expect.stringMatching(/host/) }),
    );
  });
  it.each(['https://gateway.example/{{to}}/send', 'https://gateway.example:8443/send?key={{secret}}'])(
    'may hold fields behind it: %s',
    (url) => {
      expect(parse(url).success).toBe(true);
    },
  );
});

describe('an attempt', () => {
  const message = { messageId: 'x', recipient: 'a@example.test', subject: 's', body: 't', event: {}, createdAt: new Date(0) };
  const channel = { id: 1, name: 'c', enabled: true };
  it('keeps of the answer all but the secret, in whatever form it was sent', async () => {
    const hook = await openReceiver();
    hook.state.status = 403;
    hook.state.text = '{"errmsg":"no such key","raw":"k&1\\" y","url":"/hook?key=k%261%22%20y"}';
    const config = { url: `${hook.url}?key={{secret}}`, body: '{"t":"{{text}}"}', form: 'json', answerHas: null };
    const told = await deliver({ ...channel, kind: 'sms', config, secret: 'k&1" y' }, message, 0);
    await hook.close();
    expect(told).toEqual({ ok: false, final: false, answer: 'HTTP 403 {"errmsg":"no such key","raw":"…","url":"/hook?key=…"}' });
  });
  it('ends at its limit with a server that says a little again and again', async () => {
    const server = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-wait\r\n'), 10);
      socket.on('error', () => undefined).on('close', () => clearInterval(timer));
    });
    const port = await new Promise<number>((ready) =>
      server.listen(0, '127.0.0.1', () => ready((server.address() as { port: number }).port)),
    );
    const config = { host: '127.0.0.1', port, security: 'none', user: null, from: 'plume@example.test' };
    const told = await deliver({ ...channel, kind: 'email', config, secret: null }, message, 0, 200);
    server.close();
    expect(told).toEqual({ ok: false, final: false, answer: 'not ended within 0.2 s' });
  });
});
