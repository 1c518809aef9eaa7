type Texts = Readonly<Record<string, string>>;

function differ(a: string | undefined, b: string | undefined): boolean {
  return (a ?? '').trim() !== (b ?? '').trim();
}

/** Names of the fields in which what was typed differs from what the form was opened with; spaces around a text are no difference. */
export function touched<V extends Texts>(opened: V, typed: V): (keyof V & string)[] {
  return Object.keys(opened).filter((name) => differ(opened[name], typed[name]));
}

/**
 * What was typed, on top of what somebody else wrote after the form was opened. A field that was left alone takes the new text; one that was
 * typed in keeps what was typed, and is named in `clashes` where the other wrote something else into it.
 */
export function rebased<V extends Texts>(opened: V, typed: V, present: V): { values: V; clashes: (keyof V & string)[] } {
  const mine = touched(opened, typed);
  const values: V = { ...present, ...Object.fromEntries(mine.map((name) => [name, typed[name]])) };
  return {
    values,
    clashes: mine.filter((name) => differ(opened[name], present[name]) && differ(typed[name], present[name])),
  };
}
