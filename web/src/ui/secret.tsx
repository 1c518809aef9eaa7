import { factOf, fetchReady } from '../data/ready.ts';
import { w } from '../i18n/words/secret.ts';
import { dayTime } from '../model/format.ts';
import { tryLine } from '../model/try-line.ts';
import { now, serverNow } from '../state/clock.ts';
import { useQuery } from '../state/query.ts';
import { CopyLine } from './copy-line.tsx';

/** A line to try a terminal with, with the port that the service really listens on. */
export function TryLine({ terminal, secret }: { terminal: string; secret: string }) {
  const ready = useQuery('ready', fetchReady);
  const port = factOf(ready.data.value, 'broker', 'mqttPort');
  if (port === null) return ready.loading.value ? null : <p class="data-problem">{w('noPort')}</p>;
  return <CopyLine text={tryLine(location.hostname, port, terminal, secret, serverNow())} />;
}

/** A terminal's secret, shown this once, with what to write into the device and a line to try it. */
export function SecretShown({ terminal, secret, previousUntil }: { terminal: string; secret: string; previousUntil?: string }) {
  return (
    <div class="secret">
      <p>
        <b>{w('once')}</b>{' '}
        {previousUntil !== undefined && w('previous', { time: dayTime(Date.parse(previousUntil), now.peek()) })}
      </p>
      <dl class="facts-list">
        <dt>{w('terminal')}</dt>
        <dd class="mono">{terminal}</dd>
        <dt>{w('topic')}</dt>
        <dd class="mono">{`obd/v1/${terminal}/up`}</dd>
        <dt>{w('secret')}</dt>
        <dd>
          <CopyLine text={secret} />
        </dd>
      </dl>
      <p>{w('tryLine')}</p>
      <TryLine terminal={terminal} secret={secret} />
    </div>
  );
}
