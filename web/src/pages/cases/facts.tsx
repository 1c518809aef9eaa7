import { w } from '../../i18n/words/cases.ts';
import { w as entry } from '../../i18n/words/vehicles.ts';
import { formatShare, formatValue, isoBeijing, NO_VALUE, THIN } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Term } from '../../ui/term.tsx';
import { parameterRows } from '../vehicle/file-panel.tsx';
import { type CaseWhole, rowOf, said, unitOf } from './cases.ts';

type Row = readonly [name: string, text: string | null];

function List({ rows }: { rows: readonly Row[] }) {
  return (
    <dl class="facts-list">
      {rows.map(([name, text]) => (
        <>
          <dt>{name}</dt>
          <dd class={text === null ? 'quiet' : ''}>{text ?? NO_VALUE}</dd>
        </>
      ))}
    </dl>
  );
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
/** Three significant digits, unless told otherwise. */
const number = (value: unknown, unit: string | null, digits?: number): string | null => {
  if (typeof value !== 'number') return null;
  const size = Math.abs(value);
  const three = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return `${formatValue(value, digits ?? three)}${unit ? `${THIN}${unit}` : ''}`;
};
/** A moment on a Beijing clock. */
const moment = (value: unknown): string | null => (typeof value === 'string' ? isoBeijing(Date.parse(value)) : null);
const share = (value: unknown): string | null => (typeof value === 'number' ? formatShare(value) : null);

/** Where a limit comes from, and that nobody has held it against the printed standard. */
function limitSource(limit: Record<string, unknown>): string | null {
  const source = text(limit.source);
  return source !== null && limit.mark === 'unverified' ? `${source} · ${w('unverified')}` : source;
}

/** What set the case off, each figure with its unit; what is not known is a dash. */
export function Trigger({ found }: { found: CaseWhole }) {
  const { trigger } = found;
  const unit = text(trigger.unit);
  const limit = typeof trigger.limit === 'object' && trigger.limit !== null ? (trigger.limit as Record<string, unknown>) : null;
  const first = text(trigger.firstDay);
  // What only the remote OBD data know is not asked of another source.
  const remote = found.source === 'remoteObd';
  const ofRemote = (...rows: Row[]): readonly Row[] => (remote ? rows : []);
  const last = text(trigger.lastDay);
  return (
    <section class="section">
      <h2>{w('trigger')}</h2>
      <List
        rows={[
          [w('pollutant'), text(trigger.pollutant)],
          [w('period'), first === null ? null : first === last ? first : `${first} – ${last}`],
          ...ofRemote([w('rule'), text(trigger.rule) && `${text(trigger.rule)} ${text(trigger.ruleVersion) ?? ''}`]),
          [w('limit'), limit && number(limit.value, text(limit.unit))],
          [w('limitSource'), limit && limitSource(limit)],
          [w('maximum'), number(trigger.maximum, unit)],
          ...ofRemote([w('mean'), number(trigger.mean, unit)]),
          [w('ratio'), number(trigger.ratio, null) && `${number(trigger.ratio, null)}×`],
          ...ofRemote(
            [w('validShare'), share(trigger.validShare)],
            [w('transmission'), share(trigger.transmissionRate)],
            [w('distance'), number(trigger.distanceKm, 'km', 0)],
          ),
          [w('place'), text(trigger.place)],
        ]}
      />
      {found.origin === 'inspection' && found.originId !== null && (
        <p>
          <a class="link" href={pathOf('inspections', found.originId)}>
            {w('fromInspection', { n: found.originId })}
          </a>
        </p>
      )}
      {text(trigger.note) && <p class="note">{text(trigger.note)}</p>}
      {remote && (
        <p class="quiet small">
          <Term id="lead">{w('leadOnly')}</Term>
        </p>
      )}
    </section>
  );
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The truck, its owner and its terminal as they were known when the case was opened, with what officers added since. */
export function Registered({ found }: { found: CaseWhole }) {
  const { registered, terminal } = found;
  const added = record(registered.added);
  const fields = rowOf('facts')?.fields ?? [];
  const device =
    terminal &&
    [terminal.vendor, terminal.model, terminal.firmware]
      .map(text)
      .filter((each) => each !== null)
      .join(' · ');
  return (
    <section class="section">
      <h2>{w('registered')}</h2>
      <List
        rows={[
          [w('plate'), [text(registered.plate), text(registered.plate_color)].filter(Boolean).join(' ') || null],
          [entry('vin'), text(registered.vin)],
          [w('enterprise'), text(registered.enterprise)],
          [w('use'), text(registered.use_type)],
          ...parameterRows(record(registered.parameters)).map(([name, value]): Row => [name, value]),
          ...fields.map((field): Row => {
            const value = added[field.name];
            return [said(field), typeof value === 'number' ? number(value, unitOf(field), 0) : text(value)];
          }),
        ]}
      />
      <h2>{w('terminal')}</h2>
      {terminal === null ? (
        <p class="quiet">{w('terminalNone')}</p>
      ) : (
        <List
          rows={[
            [w('terminalId'), text(terminal.id)],
            [w('terminalIccid'), text(terminal.iccid)],
            [w('device'), device || null],
            [w('installed'), moment(terminal.installedAt)?.slice(0, 10) ?? null],
            [w('lastSeen'), moment(terminal.lastSeenAt)?.slice(0, 16).replace('T', ' ') ?? null],
          ]}
        />
      )}
    </section>
  );
}
