import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { codeAction } from '../../i18n/words/codes.ts';
import { w } from '../../i18n/words/ledger.ts';
import { dayTime } from '../../model/format.ts';
import { hexLines } from '../../model/hex-lines.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { toast } from '../../ui/toast.tsx';
import { codeWords } from './entries.tsx';
import { FrameFields } from './frame-fields.tsx';
import { view } from './view.ts';

type Detail = InferResponseType<(typeof api.ledger)[':id']['$get'], 200>;

/** Codes whose messages are kept whole and can be processed again. */
type Reprocessable = Parameters<typeof api.ledger.reprocess.$post>[0]['json']['codes'][number];

function Bytes({ detail }: { detail: Detail }) {
  const how = useSignal<'asFields' | 'asText' | 'asHex'>(detail.frames ? 'asFields' : detail.text !== null ? 'asText' : 'asHex');
  if (detail.hex === null) return <p class="quiet">{w('bytesNone')}</p>;
  const kept = detail.hex.length / 2;
  const ways = [
    ...(detail.frames ? (['asFields'] as const) : []),
    ...(detail.text === null ? [] : (['asText'] as const)),
    'asHex' as const,
  ];
  return (
    <>
      <div class="bytes-head">
        <span class="quiet">
          {detail.truncated ? w('bytesCut', { sent: detail.byteCount, kept }) : w('bytesAll', { sent: detail.byteCount })}
        </span>
        <fieldset class="choice" aria-label={w('bytes')}>
          {ways.map((way) => (
            <button key={way} type="button" aria-pressed={how.value === way} onClick={() => (how.value = way)}>
              {w(way)}
            </button>
          ))}
        </fieldset>
      </div>
      {how.value === 'asFields' && detail.frames && <FrameFields frames={detail.frames} />}
      {how.value === 'asText' && <pre class="bytes">{detail.text}</pre>}
      {how.value === 'asHex' && (
        <pre class="bytes hex">
          {hexLines(detail.hex)
            .map((line) => `${line.offset}  ${line.hex.padEnd(47)}  ${line.ascii}`)
            .join('\n')}
        </pre>
      )}
    </>
  );
}

function Reprocess({ detail, close }: { detail: Detail; close: () => void }) {
  const fault = useSignal<string | null>(null);
  const order = async (terminalId: string | null) => {
    try {
      const json = { codes: [detail.code as Reprocessable], ...(terminalId === null ? {} : { terminalId }) };
      const { jobId } = await take(api.ledger.reprocess.$post({ json }));
      toast({ text: w('reprocessDone', { id: jobId }) });
      close();
    } catch (error) {
      fault.value = noteFailure(error).message;
    }
  };
  return (
    <Modal title={w('reprocess')} onClose={close}>
      <p>{w('reprocessText', { code: codeWords(detail.code) })}</p>
      {fault.value !== null && (
        <p class="refused" role="alert">
          {fault.value}
        </p>
      )}
      <p class="form-foot">
        <button type="button" class="primary" onClick={() => void order(detail.terminalId)}>
          {w('reprocessThis', { id: detail.terminalId })}
        </button>
        <button type="button" onClick={() => void order(null)}>
          {w('reprocessAll')}
        </button>
      </p>
    </Modal>
  );
}

function moments(detail: Detail): string | null {
  if (detail.firstTime === null) return null;
  const first = dayTime(Date.parse(detail.firstTime), now.peek());
  const last = detail.lastTime === null ? first : dayTime(Date.parse(detail.lastTime), now.peek());
  return first === last ? first : `${first} – ${last}`;
}

function Shown({ detail }: { detail: Detail }) {
  const asking = useSignal(false);
  const facts: [string, string | null][] = [
    [w('colTime'), dayTime(Date.parse(detail.receivedAt), now.value)],
    [w('colTerminal'), detail.terminalId],
    ['VIN', detail.vin],
    [w('times'), moments(detail)],
    [w('colField'), detail.field === '' ? null : detail.field],
    [w('transport'), detail.transport],
    [w('decoder'), detail.decoder],
    [w('hash'), detail.sha256],
    [
      w('resolution'),
      detail.resolvedAt === null ? null : `${dayTime(Date.parse(detail.resolvedAt), now.value)} ${detail.resolution ?? ''}`,
    ],
  ];
  return (
    <>
      <header class="detail-head">
        <h2>{w('detail', { id: detail.id })}</h2>
        {detail.disposition === 'quarantined' && detail.resolvedAt === null && (
          <button type="button" onClick={() => (asking.value = true)}>
            {w('reprocess')}
          </button>
        )}
        <a class="button" href={`/ledger${view.query()}`} aria-label={w('close')} title={`${w('close')}  Esc`}>
          ✕
        </a>
      </header>
      <section class="section">
        <h2>
          {w('what')}: {codeWords(detail.code)} <span class="quiet mono">{detail.code}</span>
        </h2>
        {codeAction.has(detail.code) && (
          <p>
            <b>{w('todo')}</b> {codeAction(detail.code)}
          </p>
        )}
        {detail.disposition === 'quarantined' && (
          <p class="quiet">
            <Term id="quarantine" />
          </p>
        )}
        <p class="quiet small">{w('server')}</p>
        <p class="mono" lang="en">
          {detail.reason}
        </p>
      </section>
      <section class="section">
        <dl class="facts-list">
          {facts.map(([name, text]) =>
            text === null ? null : (
              <>
                <dt>{name}</dt>
                <dd class={name === w('hash') ? 'mono' : ''}>{text}</dd>
              </>
            ),
          )}
        </dl>
      </section>
      <section class="section">
        <h2>{w('bytes')}</h2>
        <Bytes key={`${detail.id} ${language.value}`} detail={detail} />
      </section>
      {asking.value && <Reprocess detail={detail} close={() => (asking.value = false)} />}
    </>
  );
}

/** One entry: what happened, what to do, and its bytes. */
export function EntryDetail({ id }: { id: string }) {
  const query = useQuery(`ledger ${id}`, (signal) => take(api.ledger[':id'].$get({ param: { id } }, { init: { signal } })));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll split-detail" aria-label={w('detail', { id })} tabIndex={0}>
      <Read query={query}>{(detail) => <Shown detail={detail} />}</Read>
    </section>
  );
}
