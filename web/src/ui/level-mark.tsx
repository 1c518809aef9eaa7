import { w } from '../i18n/words/leads.ts';

const LEVELS = {
  probable: { mark: '▲', tone: 'over' },
  suspected: { mark: '△', tone: 'attention' },
  attention: { mark: '△', tone: 'attention' },
  fault: { mark: '◌', tone: 'data-problem' },
  event: { mark: '·', tone: '' },
} as const;

/** Levels of findings. */
export type Level = keyof typeof LEVELS;

/** The shape, the colour and the word of a level; all three say the same. */
export function LevelMark({ level }: { level: Level }) {
  const { mark, tone } = LEVELS[level];
  return (
    <span class={`level ${tone}`}>
      <span aria-hidden="true">{mark}</span> {w(level)}
    </span>
  );
}
