import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Definition } from '../i18n/definitions.ts';
import { language } from '../i18n/index.ts';
import { t } from '../i18n/words/shell.ts';
import { type TermId, term } from '../i18n/words/terms.ts';

/** A definition that came with the figure it explains. */
export interface OwnDefinition {
  readonly name: string;
  readonly formula: string;
}

/** The definition that is shown, and where its word stands on the screen. */
const shown = signal<{ what: TermId | OwnDefinition; at: DOMRect } | null>(null);
const definitions = signal<Readonly<Record<TermId, { zh: Definition; en: Definition }>> | null>(null);
const LEAVE_MS = 120;
let leaving: ReturnType<typeof setTimeout> | undefined;

async function readDefinitions(): Promise<void> {
  definitions.value ??= (await import('../i18n/definitions.ts')).DEFINITIONS;
}

function open(what: TermId | OwnDefinition, element: Element): void {
  clearTimeout(leaving);
  void readDefinitions();
  shown.value = { what, at: element.getBoundingClientRect() };
}

function closeSoon(): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    shown.value = null;
  }, LEAVE_MS);
}

/** A word with its definition one hover, focus or tap away. Without children it shows the word's own name. */
export function Term({ id, children }: { id: TermId; children?: string }) {
  return <Explained what={id}>{children ?? term(id)}</Explained>;
}

/** The same for a word whose definition came with it. */
export function Defined({ name, formula, children }: OwnDefinition & { children?: string }) {
  return <Explained what={{ name, formula }}>{children ?? name}</Explained>;
}

function isShown(what: TermId | OwnDefinition): boolean {
  const now = shown.value?.what;
  if (now === undefined || typeof now === 'string' || typeof what === 'string') return now === what;
  return now.name === what.name && now.formula === what.formula;
}

function Explained({ what, children }: { what: TermId | OwnDefinition; children: string }) {
  return (
    <button
      type="button"
      class="term"
      aria-describedby={isShown(what) ? 'term-card' : undefined}
      onPointerEnter={(event) => event.pointerType === 'mouse' && open(what, event.currentTarget)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && closeSoon()}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && open(what, event.currentTarget)}
      onBlur={closeSoon}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        open(what, event.currentTarget);
      }}
    >
      {children}
    </button>
  );
}

const CARD_PX = 320;
const EDGE_PX = 8;

/** The card that shows the definition; once on the page. It stays while the pointer is on it and goes with Escape. */
export function TermCard() {
  const card = useRef<HTMLDivElement>(null);
  const now = shown.value;
  useEffect(() => {
    const element = card.current;
    if (!now || !element) return undefined;
    const { height } = element.getBoundingClientRect();
    const below = now.at.bottom + 6 + height < innerHeight - EDGE_PX;
    element.style.top = `${below ? now.at.bottom + 6 : Math.max(EDGE_PX, now.at.top - 6 - height)}px`;
    element.style.left = `${Math.max(EDGE_PX, Math.min(now.at.left, innerWidth - CARD_PX - EDGE_PX))}px`;
    const away = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return;
      if (event instanceof PointerEvent && event.target instanceof Element && event.target.closest('.term, .term-card')) return;
      if (event instanceof KeyboardEvent) event.preventDefault();
      shown.value = null;
    };
    addEventListener('keydown', away, true);
    addEventListener('scroll', away, true);
    addEventListener('pointerdown', away);
    return () => {
      removeEventListener('keydown', away, true);
      removeEventListener('scroll', away, true);
      removeEventListener('pointerdown', away);
    };
  }, [now, definitions.value]);
  if (!now) return null;
  const { what } = now;
  const own = typeof what !== 'string';
  const definition = own ? { formula: what.formula, note: '' } : definitions.value?.[what][language.value];
  return (
    <div
      class="term-card"
      id="term-card"
      role="tooltip"
      ref={card}
      onPointerEnter={() => clearTimeout(leaving)}
      onPointerLeave={closeSoon}
    >
      <b>{own ? what.name : term(what)}</b>
      <p class="formula">{definition?.formula ?? t('loading')}</p>
      {definition && definition.note !== '' && <p class="quiet">{definition.note}</p>}
    </div>
  );
}
