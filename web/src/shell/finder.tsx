import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api, isAbort, take } from '../data/client.ts';
import { t } from '../i18n/words/shell.ts';
import { pathOf } from '../model/routes.ts';
import { now } from '../state/clock.ts';
import { go } from '../state/place.ts';
import { noteFailure } from '../state/session.ts';
import { Icon } from '../ui/icons.tsx';
import { StateMark, stateNow } from '../ui/state-mark.tsx';

const WAIT_MS = 150;
const MOST = 8;

interface Hit {
  id: number;
  plate: string;
  vin: string;
  terminal: string | null;
  lastReceivedAt: string | null;
  layUp: object | null;
}

async function find(q: string, signal: AbortSignal): Promise<Hit[]> {
  const query = { q, limit: String(MOST), signals: 'speedKmh' };
  const { vehicles } = await take(api.vehicles.$get({ query }, { init: { signal } }));
  return vehicles.map((v) => ({ ...v, terminal: v.terminal?.id ?? null }));
}

/** Finds any truck by plate, VIN or terminal, from every page. */
export function Finder() {
  const words = useSignal('');
  const hits = useSignal<readonly Hit[] | null>(null);
  const fault = useSignal<string | null>(null);
  const at = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  const q = words.value.trim();

  useEffect(() => {
    hits.value = null;
    fault.value = null;
    at.value = 0;
    if (q === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        hits.value = await find(q, abort.signal);
      } catch (error) {
        if (!isAbort(error)) fault.value = noteFailure(error).message;
      }
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [q]);

  const close = () => {
    words.value = '';
    field.current?.blur();
  };
  const open = (hit: Hit | undefined) => {
    if (!hit) return;
    go(pathOf('vehicles', hit.id));
    close();
  };
  const press = (event: KeyboardEvent) => {
    const list = hits.peek() ?? [];
    if (event.key === 'ArrowDown') at.value = Math.min(list.length - 1, at.peek() + 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(0, at.peek() - 1);
    else if (event.key === 'Enter') open(list[at.peek()]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  const list = hits.value;
  const isOpen = q !== '' && (list !== null || fault.value !== null);
  return (
    <div class="finder">
      <Icon name="search" />
      <input
        ref={field}
        data-search="console"
        role="combobox"
        type="text"
        value={words.value}
        placeholder={`${t('findHint')}  /`}
        aria-label={t('find')}
        aria-expanded={isOpen}
        aria-controls="finder-hits"
        aria-autocomplete="list"
        aria-activedescendant={list && list.length > 0 ? `hit-${list[at.value]?.id}` : undefined}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => (words.value = event.currentTarget.value.slice(0, 100))}
        onKeyDown={press}
        onBlur={() => (words.value = '')}
      />
      {isOpen && (
        <div class="hits">
          {fault.value !== null && <p class="hint">{t('findFailed', { reason: fault.value })}</p>}
          {list?.length === 0 && <p class="hint">{t('findNone')}</p>}
          <div role="listbox" id="finder-hits" aria-label={t('find')}>
            {list?.map((hit, i) => (
              <div
                key={hit.id}
                id={`hit-${hit.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === at.value}
                onPointerDown={(event) => {
                  event.preventDefault();
                  open(hit);
                }}
              >
                <b>{hit.plate}</b>
                <span class="quiet">{hit.vin}</span>
                <span class="quiet">{hit.terminal ?? t('noTerminal')}</span>
                <StateMark state={stateNow(hit.lastReceivedAt, now.value, hit.layUp !== null)} />
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
