/** Custom property of the ink that the most important line is drawn in. */
export const INK = '--line-ink';
const HUES = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6'];

/** Colours of lines by signal: NOx downstream in ink, the darkest; the others in hues of equal weight, in the order shown. */
export function lineColours(ids: readonly string[]): Map<string, string> {
  const colours = new Map<string, string>();
  let hue = 0;
  for (const id of ids) {
    if (id === 'noxDownPpm') colours.set(id, INK);
    else {
      colours.set(id, HUES[hue % HUES.length] ?? INK);
      hue += 1;
    }
  }
  return colours;
}
