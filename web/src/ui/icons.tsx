import type { PageId } from '../model/routes.ts';

/** Line drawings on a 20 × 20 grid, one stroke weight, no fill: they take the colour of the text beside them. */
const PATHS = {
  today: 'M3.5 5.5h13v11h-13zM3.5 9h13M7 3v4M13 3v4M7.5 13l2 1.8 3.2-3.6',
  leads: 'M5 17.5v-14M5 4h10l-2.5 3.5L15 11H5',
  cases: 'M3.5 6.5h5l1.5-2h6.5v12h-13zM7 10.5l2 2 4-4',
  inspections: 'M8.500 14a5.500 5.500 0 1 0-.01 0M12.500 12.500l4 4M6.300 8.500l1.700 1.700 3-3.400',
  vehicles: 'M2.5 5.5h9v8.5h-9zM11.5 8.5h3l3 3V14h-6M6 14a1.7 1.7 0 1 0 .01 0M14 14a1.7 1.7 0 1 0 .01 0',
  statistics: 'M3.5 3.5v13h13M6.5 13V9.5M9.8 13V6M13.1 13v-2.500M16 6.500l-3-2',
  reports: 'M5 3.500h10v13H5zM7.500 6.500h5M7.500 13.500v-2.500M10 13.500V9M12.500 13.500v-3.500',
  terminals: 'M6 6.5h8v7H6zM8 6.5v-3M12 6.5v-3M8 16.5v-3M12 16.5v-3M6 8.5H3.5M6 11.5H3.5M16.5 8.5H14M16.5 11.5H14',
  rules: 'M4 5.5h7M15 5.5h1M4 10h1M9 10h7M4 14.5h6M14 14.5h2M13 4v3M7 8.5v3M12 13v3',
  quality: 'M3.5 16.5h13M5 13.5V10M8.3 13.5V6.5M11.7 13.5v-5M15 13.5V4',
  ledger: 'M5 3.5h10v13H5zM8 7h4M8 10h4M8 13h2',
  exports: 'M10 3v9M6.5 8.5 10 12l3.5-3.5M4 13v3.5h12V13',
  system: 'M2.5 10.5h3.5l2-5 3.5 9.5 2-4.5h4',
  documents: 'M5 3.5h7l3 3v10H5zM12 3.5v3h3M7.5 10h5M7.5 13h5',
  notices: 'M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4 1.5 5 1.5 5H4s1.5-1 1.5-5M8.3 15.8a1.8 1.8 0 0 0 3.4 0',
  people:
    'M7.5 9.5a2.7 2.7 0 1 0-.01 0M2.8 16.5c.4-3 2.2-4.6 4.7-4.6s4.3 1.6 4.7 4.6M13 9.3a2.2 2.2 0 1 0-.6-4.2M14.2 12c1.8.3 2.8 1.8 3 4',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  search: 'M9 14.5a5.5 5.5 0 1 0-.01 0M13 13l4 4',
  sun: 'M10 13.2a3.2 3.2 0 1 0-.01 0M10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1.1 1.1M13.9 13.9 15 15M5 15l1.1-1.1M13.9 6.1 15 5',
  moon: 'M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z',
  leave: 'M8 4H4v12h4M8.5 10H17M14 7l3 3-3 3',
} as const satisfies Record<PageId | 'rules' | 'quality' | 'more' | 'search' | 'sun' | 'moon' | 'leave', string>;

/** Names of the drawings. */
export type IconName = keyof typeof PATHS;

/** A drawing beside a word that says the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
