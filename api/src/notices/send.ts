import type { SendingChannel } from '@plume/db/notices';
import { createTransport } from 'nodemailer';
import type { z } from 'zod';
import { type BodyValues, fillBody } from './body-template.ts';
import { ChannelSettings, type EmailConfig } from './channel-config.ts';
import { type PostAnswer, post } from './post.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';

/** A message as it leaves. `messageId` is the same at every attempt. */
export interface Outgoing {
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** How an attempt ended: what the other side said, and whether asking again is of use. */
export interface Delivery {
  readonly ok: boolean;
  readonly answer: string;
  readonly final: boolean;
}

const ANSWER_CHARS = 500;
const MAIL_MS = 15_000;
/** Less than the lease, so that nobody else sends meanwhile. */
const DELIVERY_MS = 50_000;

/** An answer as it is kept: short, and without the channel's secret in any of the forms it was sent in. */
function brief(text: string, secret: string | null): string {
  const forms = secret ? [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)] : [];
  const clean = forms.reduce((rest, form) => rest.replaceAll(form, '…'), text);
  return clean.replace(/\s+/g, ' ').trim().slice(0, ANSWER_CHARS);
}

function failed(error: unknown, final = false): Delivery {
  return { ok: false, answer: error instanceof Error ? error.message : String(error), final };
}

/**
 * Sends a message once over a channel. Nothing is thrown: what went wrong is the answer. Answers within `limitMs`, however slowly the other
 * side talks; what it does with a message after that is not heard.
 */
export async function deliver(
  channel: SendingChannel,
  message: Outgoing,
  nowMs: number,
  limitMs = DELIVERY_MS,
): Promise<Delivery> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Delivery>((done) => {
    timer = setTimeout(done, limitMs, failed(`not ended within ${limitMs / 1000} s`));
  });
  const delivery = await Promise.race([attempt(channel, message, nowMs), late]);
  clearTimeout(timer);
  return { ...delivery, answer: brief(delivery.answer, channel.secret) };
}

async function attempt(channel: SendingChannel, message: Outgoing, nowMs: number): Promise<Delivery> {
  const parsed = ChannelSettings.safeParse({ kind: channel.kind, config: channel.config });
  if (!parsed.success) return failed(`the settings of channel ${channel.name} are not complete`);
  const { data } = parsed;
  try {
    switch (data.kind) {
      case 'email':
        return await mail(data.config, channel.secret, message);
      case 'webhook':
        return await webhook(data.config.url, channel.secret, message, nowMs);
      case 'sms':
      case 'wecom':
        return await templated(data, channel.secret, message);
    }
  } catch (error) {
    return failed(error);
  }
}

/** A refused recipient stays refused; everything else about a mail server may pass. */
function isFinal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'EENVELOPE') return false;
  return 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 550;
}

async function mail(config: z.infer<typeof EmailConfig>, password: string | null, message: Outgoing): Promise<Delivery> {
  const transport = createTransport({
    host: config.host,
    port: config.port,
    secure: config.security === 'tls',
    requireTLS: config.security === 'starttls',
    ignoreTLS: config.security === 'none',
    ...(config.user === null ? {} : { auth: { user: config.user, pass: password ?? '' } }),
    connectionTimeout: MAIL_MS,
    greetingTimeout: MAIL_MS,
    socketTimeout: MAIL_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const told = await transport.sendMail({
      from: config.from,
      to: message.recipient,
      subject: message.subject,
      text: message.body,
      date: message.createdAt,
      messageId: `<${message.messageId}@${config.from.split('@').at(-1)}>`,
    });
    return { ok: true, answer: told.response, final: false };
  } catch (error) {
    return failed(error, isFinal(error));
  } finally {
    transport.close();
  }
}

function judged({ status, text }: PostAnswer, taken: (text: string) => boolean): Delivery {
  const ok = status >= 200 && status < 300 && taken(text);
  return { ok, answer: `HTTP ${status} ${text}`, final: false };
}

async function webhook(url: string, key: string | null, message: Outgoing, nowMs: number): Promise<Delivery> {
  const body = JSON.stringify(message.event);
  const headers = {
    'Content-Type': 'application/cloudevents+json; charset=utf-8',
    'Idempotency-Key': message.messageId,
    ...(key === null ? {} : { [SIGNATURE_HEADER]: signatureOf(key, Math.floor(nowMs / 1000), body) }),
  };
  return judged(await post(url, headers, body), () => true);
}

async function templated(
  { kind, config }: Extract<ChannelSettings, { kind: 'sms' | 'wecom' }>,
  secret: string | null,
  message: Outgoing,
): Promise<Delivery> {
  const values: BodyValues = {
    to: message.recipient,
    subject: message.subject,
    text: message.body,
    id: message.messageId,
    time: message.createdAt.toISOString(),
    secret: secret ?? '',
  };
  const headers = {
    'Content-Type': config.form === 'json' ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
    'Idempotency-Key': message.messageId,
  };
  const answer = await post(fillBody(config.url, values, 'url'), headers, fillBody(config.body, values, config.form));
  const { answerHas } = config;
  // WeCom answers 200 whatever happens, and says in errcode how it went.
  const taken = (text: string) =>
    answerHas === null ? kind !== 'wecom' || /"errcode"\s*:\s*0\b/.test(text) : text.includes(answerHas);
  return judged(answer, taken);
}
