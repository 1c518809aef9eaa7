import { describe, expect, it } from 'vitest';
import { actsWhenHeld, keepsKey, takesLetters } from './key-rules.ts';

describe('the keys of the console', () => {
  it.each(['j', 'k', 'J', 'K', 'ArrowDown', 'ArrowUp'])('walk on while %s is held', (key) => {
    expect(actsWhenHeld(key)).toBe(true);
  });

  it.each(['e', 'x', 'u', 'a', 's', 'n', ' ', 'Enter', 'Escape', '1', 'g'])('act once while %j is held', (key) => {
    expect(actsWhenHeld(key)).toBe(false);
  });

  it.each([
    { what: 'a line of text', tagName: 'INPUT', type: 'text', takes: true },
    { what: 'a number', tagName: 'INPUT', type: 'number', takes: true },
    { what: 'a search', tagName: 'INPUT', type: 'search', takes: true },
    { what: 'a note', tagName: 'TEXTAREA', type: '', takes: true },
    { what: 'a choice', tagName: 'SELECT', type: '', takes: true },
    { what: 'a box that is ticked', tagName: 'INPUT', type: 'checkbox', takes: false },
    { what: 'one of several', tagName: 'INPUT', type: 'radio', takes: false },
    { what: 'a button', tagName: 'BUTTON', type: 'button', takes: false },
  ])('are left to $what: $takes', ({ tagName, type, takes }) => {
    expect(takesLetters(tagName, type)).toBe(takes);
  });

  it('leave Space to a focused box, which ticks it, and nothing else', () => {
    expect(keepsKey(' ', 'INPUT', 'checkbox')).toBe(true);
    for (const key of ['e', 'j', 'Enter', 'ArrowDown', 'Escape']) expect(keepsKey(key, 'INPUT', 'checkbox')).toBe(false);
  });

  it('leave Enter, Space and the arrows to a button, and the arrows to nobody at a link', () => {
    for (const key of ['Enter', ' ', 'ArrowDown']) expect(keepsKey(key, 'BUTTON')).toBe(true);
    expect(keepsKey('Enter', 'A')).toBe(true);
    expect(keepsKey('ArrowDown', 'A')).toBe(false);
    expect(keepsKey('e', 'BUTTON')).toBe(false);
    expect(keepsKey('ArrowDown', 'INPUT', 'radio')).toBe(true);
  });
});
