/** Whether a key goes on acting while it is held down: a list is walked that way, but nothing is decided twice. */
export function actsWhenHeld(key: string): boolean {
  return /^(j|k|J|K|Arrow.*)$/.test(key);
}

/** Whether a field takes letters for itself. A box that is ticked or a button does not: the console's keys go on acting. */
export function takesLetters(tagName: string, type = ''): boolean {
  if (tagName === 'INPUT') return !/^(checkbox|radio|button|submit|reset)$/.test(type);
  return tagName === 'TEXTAREA' || tagName === 'SELECT';
}

/** Keys that a focused element keeps for itself, by its tag and, of an input, its type. */
export function keepsKey(key: string, tagName: string, type = ''): boolean {
  if (tagName === 'INPUT') {
    if (key === ' ') return true;
    return type === 'radio' ? key.startsWith('Arrow') : key === 'Enter' && type !== 'checkbox';
  }
  return key === 'Enter' || key === ' ' || (key.startsWith('Arrow') && tagName !== 'A');
}
