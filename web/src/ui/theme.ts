import { signal } from '@preact/signals';

/** Light or dark: as the system says until someone chooses. */
export type Theme = 'light' | 'dark';

const STORED = 'plume.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme | null {
  const stored = localStorage.getItem(STORED);
  return stored === 'light' || stored === 'dark' ? stored : null;
}

/** The theme now shown. */
export const theme = signal<Theme>(chosen() ?? (dark.matches ? 'dark' : 'light'));

/** What each custom property stands for in the theme now shown: asking the browser settles the whole page's style each time. */
const colours = new Map<string, string>();

function apply(): void {
  colours.clear();
  document.documentElement.dataset.theme = theme.value;
}
apply();

dark.addEventListener('change', () => {
  if (chosen() !== null) return;
  theme.value = dark.matches ? 'dark' : 'light';
  apply();
});

/** Switches to the other theme and remembers it in this browser. */
export function switchTheme(): void {
  theme.value = theme.value === 'light' ? 'dark' : 'light';
  localStorage.setItem(STORED, theme.value);
  apply();
}

/** The colour that a custom property stands for in the theme now shown, as canvas understands it. */
export function colourOf(property: string): string {
  const known = colours.get(property);
  if (known !== undefined) return known;
  const probe = document.createElement('i');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  colours.set(property, color);
  return color;
}
