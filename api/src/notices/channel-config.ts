import { z } from 'zod';
import { templateFault } from './body-template.ts';
import { urlFault } from './target.ts';

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line');
const MAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** A mail server. `starttls`: plain at first, encrypted before anything is said; a server that cannot is refused. */
export const EmailConfig = z.strictObject({
  host: line(253).regex(/^[\w.:-]+$/, 'must be the name or address of a mail server'),
  port: z.number().int().min(1).max(65_535),
  security: z.enum(['none', 'starttls', 'tls']),
  user: line(200).nullable(),
  from: line(200).regex(MAIL, 'must be a mail address'),
});

/** An address with its fields filled in by one value. */
const filled = (template: string, value: string) => template.replace(/\{\{[^{}]*\}\}/g, value);

/** The scheme, host and port of an address; undefined: it is none. */
function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}

/** Where a channel's secret goes: host and port, and how it is protected on the way. Two settings that agree in this may share a secret. */
export function destinationOf(config: Readonly<Record<string, unknown>>): string {
  const { host, port, security, url: address } = config;
  return typeof address === 'string' ? (originOf(filled(address, 'x')) ?? address) : JSON.stringify([host, port, security]);
}

const url = line(1000).superRefine((text, context) => {
  // A key may stand in the address; whatever it is, it does not change where it leads.
  const fault = urlFault(filled(text, 'x'));
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  else if (originOf(filled(text, 'x')) !== originOf(filled(text, 'y')))
    context.addIssue({ code: 'custom', message: 'must name its host itself: no field such as {{to}} may stand in it' });
});

/** A receiver of signed CloudEvents. */
export const WebhookConfig = z.strictObject({ url });

/** A gateway that is posted a filled template. `answerHas`: text that its answer holds when it took the message. */
const Templated = z
  .strictObject({
    url,
    body: z.string().min(1).max(4000),
    form: z.enum(['json', 'form']),
    answerHas: line(200).nullable(),
  })
  .superRefine(({ body, form, url: address }, context) => {
    const fault = templateFault(body, form);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault, path: ['body'] });
    const inUrl = templateFault(address, 'url');
    if (inUrl !== null) context.addIssue({ code: 'custom', message: inUrl, path: ['url'] });
  });

/** Settings of a channel by its kind, as they are stored. */
export const ChannelSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), config: EmailConfig }),
  z.strictObject({ kind: z.literal('webhook'), config: WebhookConfig }),
  z.strictObject({ kind: z.literal('sms'), config: Templated }),
  z.strictObject({ kind: z.literal('wecom'), config: Templated }),
]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;
