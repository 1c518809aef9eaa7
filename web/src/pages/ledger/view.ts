import { choice, flag, text, word } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';

/** Parts of the ledger. */
export const TABS = ['entries', 'incidents', 'link'] as const;
/** How far back it looks. */
export const PERIODS = ['24h', '7d', '30d'] as const;

/** What the ledger shows, kept in the address. */
export const view = pageView({
  tab: choice(TABS, 'entries'),
  terminal: text(64),
  kind: choice(['rejected', 'quarantined'], null),
  code: word(/^[A-Z_]{1,40}$/, ''),
  open: flag(false),
  period: choice(PERIODS, '7d'),
});
