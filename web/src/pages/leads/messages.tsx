import { useEffect, useRef } from 'preact/hooks';
import '../../styles/ledger.css';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/evidence.ts';
import { clockTime, formatCount, formatSpan, isoBeijing } from '../../model/format.ts';
import { hexLines } from '../../model/hex-lines.ts';
import { useQuery } from '../../state/query.ts';
import { Read } from '../../ui/states.tsx';
import { FrameFields } from '../ledger/frame-fields.tsx';

/** Bytes of more time than this are not told at once [s]. */
const MOST_S = 600;

/** The original messages that brought the samples of a moment, field by field and byte by byte. */
export function Messages({ vehicleId, sec, spanS }: { vehicleId: number; sec: number; spanS: number }) {
  const to = sec + Math.min(MOST_S, Math.max(1, spanS));
  const heading = useRef<HTMLHeadingElement>(null);
  const query = useQuery(`messages ${vehicleId} ${sec} ${to}`, (abort) =>
    take(
      api.vehicles[':id'].frames.$get(
        { param: { id: String(vehicleId) }, query: { from: isoBeijing(sec * 1000), to: isoBeijing(to * 1000) } },
        { init: { signal: abort } },
      ),
    ),
  );
  useEffect(() => heading.current?.scrollIntoView({ block: 'nearest' }), [sec]);
  return (
    <section class="section" aria-label={w('messages')}>
      <h2 ref={heading}>
        {w('messages')}{' '}
        <span class="quiet small">{w('messagesOf', { time: clockTime(sec * 1000), span: formatSpan(to - sec) })}</span>
      </h2>
      <Read query={query}>
        {({ messages, more }) => (
          <>
            {messages.length === 0 && <p class="quiet">{w('messagesNone')}</p>}
            {messages.map((message) => (
              <details key={`${message.receivedAt} ${message.hex.slice(0, 40)}`} open={messages.length === 1}>
                <summary>
                  {w('messageHead', {
                    terminal: message.terminalId,
                    time: clockTime(Date.parse(message.receivedAt)),
                    n: formatCount(message.bytes),
                  })}
                </summary>
                {message.frames && <FrameFields frames={message.frames} />}
                {message.text !== null && <pre class="bytes">{message.text}</pre>}
                <pre class="bytes hex">
                  {hexLines(message.hex)
                    .map((line) => `${line.offset}  ${line.hex.padEnd(47)}  ${line.ascii}`)
                    .join('\n')}
                </pre>
              </details>
            ))}
            {more && <p class="quiet">{w('messagesMore')}</p>}
          </>
        )}
      </Read>
    </section>
  );
}
