import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { api, type CallError, take } from '../../data/client.ts';
import { language, nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/exports.ts';
import { t } from '../../i18n/words/shell.ts';
import { formatCount, formatValue, THIN } from '../../model/format.ts';
import { catalogue, needCatalogue } from '../../state/catalogue.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { toast } from '../../ui/toast.tsx';
import { orderNow } from './order.ts';
import { dateBefore, datesNow, FORMATS, STEPS, TABLES, type Tables, view } from './view.ts';

/** Typing is over after so long. */
const SETTLE_MS = 400;
const GEO: readonly string[] = ['geojson', 'gpx'];
const PERIODS = [1, 7, 31, 92, 366] as const;

/** Bytes in the unit that reads best. */
export function sizeOf(bytes: number): string {
  if (bytes >= 1e9) return `${formatValue(bytes / 1e9, 1)}${THIN}GB`;
  if (bytes >= 1e6) return `${formatValue(bytes / 1e6, 1)}${THIN}MB`;
  return `${formatValue(bytes / 1e3, 0)}${THIN}kB`;
}

function Field({ label, wrong, hint, children }: { label: string; wrong?: string; hint?: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class={wrong === undefined ? 'field' : 'field wrong'}>
      <span>{label}</span>
      {children}
      {wrong !== undefined ? (
        <span class="refused small" role="alert">
          {wrong}
        </span>
      ) : (
        hint !== undefined && <span class="quiet small">{hint}</span>
      )}
    </label>
  );
}

function Signals() {
  useEffect(() => void needCatalogue(), []);
  const { signals } = view.value;
  const toggle = (id: string) =>
    view.show({ signals: signals.includes(id) ? signals.filter((each) => each !== id) : [...signals, id] }, 'replace');
  return (
    <details class="export-signals">
      <summary>
        {w('signals')} <span class="quiet">{signals.length === 0 ? w('signalsAll') : formatCount(signals.length)}</span>
      </summary>
      <div class="checks-field">
        {catalogue.value.map((signal) => (
          <label key={signal.id} class="check">
            <input type="checkbox" checked={signals.includes(signal.id)} onChange={() => toggle(signal.id)} /> {nameOf(signal)}
            {signal.unit !== '' && <span class="unit"> {signal.unit}</span>}
          </label>
        ))}
      </div>
    </details>
  );
}

/** The field of the form that a refusal is about. */
function fieldOf(failure: CallError | null): { field: string; reason: string } | null {
  if (failure?.kind !== 'refused' && failure?.kind !== 'broken') return null;
  const first = failure.fields[0];
  if (!first) return { field: '', reason: failure.message };
  const name = first.field.replace(/^body\.?/, '');
  const own: Readonly<Record<string, string>> = { vehicleIds: 'trucks', districts: 'district', enterprises: 'enterprise' };
  return { field: own[name] ?? name, reason: first.reason };
}

const KNOWN: readonly string[] = ['table', 'format', 'from', 'to', 'district', 'enterprise', 'trucks'];

/** What is to be exported, how large it would be, and the button that orders it. */
export function ExportForm({ tables, ordered }: { tables: Tables | null; ordered: () => void }) {
  const { table, format, district, enterprise, trucks, signals, step } = view.value;
  const { from, to } = datesNow();
  const districts = useQuery(
    'districts',
    async (abort) => (await take(api.districts.$get({}, { init: { signal: abort } }))).districts,
  );
  const wanted = [table, format, from, to, district, enterprise, trucks, signals.join(), step, language.value].join('|');
  const asked = useSignal<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      asked.value = wanted;
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const plan = useQuery(
    asked.value,
    async (abort) => await take(api.exports.plan.$post({ json: await orderNow(abort) }, { init: { signal: abort } })),
    { keep: true },
  );
  const busy = useSignal(false);
  const refused = fieldOf(plan.failure.value);
  const wrong = (name: string) => (refused?.field === name ? { wrong: t('serverSays', { reason: refused.reason }) } : {});
  const send = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    try {
      const { jobId } = await take(api.exports.$post({ json: await orderNow() }));
      toast({ text: w('ordered', { id: jobId }) });
      ordered();
    } catch (error) {
      toast({ text: t('serverSays', { reason: noteFailure(error).message }) });
    }
    busy.value = false;
  };
  const about = tables?.tables.find(({ id }) => id === table);
  const formats = FORMATS.filter((each) => table === 'track' || !GEO.includes(each));
  const chosen = plan.data.value;
  return (
    <form class="export-form" onSubmit={(event) => void send(event)}>
      <div class="export-fields">
        <Field label={w('table')} {...(about ? { hint: about.about[language.value] } : {})} {...wrong('table')}>
          <select
            value={table}
            onChange={(event) => {
              const next = TABLES.find((each) => each === event.currentTarget.value) ?? 'days';
              view.show({ table: next, ...(next !== 'track' && GEO.includes(format) ? { format: 'xlsx' } : {}) });
            }}
          >
            {TABLES.map((each) => (
              <option key={each} value={each}>
                {w(each)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={w('format')} hint={w(`${format}About`)} {...wrong('format')}>
          <select
            value={format}
            onChange={(event) =>
              view.show({ format: FORMATS.find((each) => each === event.currentTarget.value) ?? 'xlsx' }, 'replace')
            }
          >
            {formats.map((each) => (
              <option key={each} value={each}>
                {w(each)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={w('from')} {...wrong('from')}>
          <input
            type="date"
            value={from}
            max={to}
            onChange={(event) => view.show({ from: event.currentTarget.value }, 'replace')}
          />
        </Field>
        <Field label={w('to')} hint={w('toHint')} {...wrong('to')}>
          <input
            type="date"
            value={to}
            min={from}
            max={dateBefore(0)}
            onChange={(event) => view.show({ to: event.currentTarget.value }, 'replace')}
          />
        </Field>
        <Field label={w('district')} {...wrong('district')}>
          <select value={district} onChange={(event) => view.show({ district: event.currentTarget.value }, 'replace')}>
            <option value="">{w('allDistricts')}</option>
            {(districts.data.value ?? []).map((each) => (
              <option key={each.district} value={each.district}>
                {each.district}
              </option>
            ))}
          </select>
        </Field>
        <Field label={w('enterprise')} {...wrong('enterprise')}>
          <input
            value={enterprise}
            placeholder={w('allEnterprises')}
            onInput={(event) => view.show({ enterprise: event.currentTarget.value }, 'replace')}
          />
        </Field>
        <Field label={w('trucks')} hint={w('trucksHint')} {...wrong('trucks')}>
          <input
            value={trucks}
            placeholder={w('allTrucks')}
            onInput={(event) => view.show({ trucks: event.currentTarget.value }, 'replace')}
          />
        </Field>
        {table === 'track' && (
          <Field label={w('step')} hint={w('stepHint')}>
            <select
              value={step}
              onChange={(event) =>
                view.show({ step: STEPS.find((each) => each === event.currentTarget.value) ?? '1' }, 'replace')
              }
            >
              {STEPS.map((each) => (
                <option key={each} value={each}>
                  {each} s
                </option>
              ))}
            </select>
          </Field>
        )}
      </div>
      <p class="export-periods">
        {PERIODS.map((days) => (
          <button key={days} type="button" class="small" onClick={() => view.show({ from: dateBefore(days), to: dateBefore(1) })}>
            {w('lastDays', { n: days })}
          </button>
        ))}
      </p>
      {table === 'samples' && <Signals />}
      <p class="export-foot">
        <button type="submit" class="primary" disabled={busy.value || refused !== null}>
          {w('send')}
        </button>
        <span role="status">
          {refused !== null && !KNOWN.includes(refused.field) ? (
            <span class="refused">{t('serverSays', { reason: refused.reason })}</span>
          ) : chosen && refused === null ? (
            <>
              {w('about', {
                rows: formatCount(chosen.rows),
                size: sizeOf(chosen.bytes),
                trucks: formatCount(chosen.trucks),
                free: sizeOf(chosen.freeBytes),
              })}
              {chosen.stepS !== Number(step) && table === 'track' && (
                <span class="attention"> {w('coarser', { step: chosen.stepS })}</span>
              )}
              {chosen.rows === 0 && <span class="quiet"> {w('maybeNone')}</span>}
            </>
          ) : null}
        </span>
      </p>
    </form>
  );
}
