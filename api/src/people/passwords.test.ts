import { describe, expect, it } from 'vitest';
import { passwordTroubles } from './password-rules.ts';
import { createPasswords } from './passwords.ts';
import { DEFAULT_SECURITY } from './security-settings.ts';

const CHEAP = { memoryKiB: 8, passes: 1 };

describe('password hashes', () => {
  it('are argon2id with the cost in them, and never the same twice', async () => {
    const passwords = createPasswords(CHEAP);
    const [one, two] = [await passwords.hash('Nebel#7'), await passwords.hash('Nebel#7')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify(one, 'Nebel#7')).toBe(true);
    expect(await passwords.verify(one, 'nebel#7')).toBe(false);
  });

  it('are those of the reference program (phc-winner-argon2, src/test.c)', async () => {
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await createPasswords(CHEAP).verify(reference, 'password')).toBe(true);
    expect(await createPasswords(CHEAP).verify(reference, 'passwore')).toBe(false);
  });

  it('cost 64 MiB and three passes unless told otherwise', async () => {
    expect(await createPasswords().hash('x')).toContain('$m=65536,t=3,p=1$');
  });

  it('of equal texts are equal however these are composed', async () => {
    const passwords = createPasswords(CHEAP);
    expect(await passwords.verify(await passwords.hash('Kuppe\u0301'), 'Kuppé')).toBe(true);
  });

  it('that are missing fail after the same work', async () => {
    expect(await createPasswords(CHEAP).verify(null, 'the password of nobody')).toBe(false);
  });

  it('of another cost are dated', async () => {
    const old = await createPasswords(CHEAP).hash('x');
    expect(createPasswords(CHEAP).isDated(old)).toBe(false);
    expect(createPasswords({ ...CHEAP, passes: 2 }).isDated(old)).toBe(true);
  });
});

describe('the rules for passwords', () => {
  const owner = { name: 'wang.min', displayName: '王敏' };
  const rules = DEFAULT_SECURITY.password;
  const troubles = (password: string, more = {}) => passwordTroubles(password, { ...rules, ...more }, owner);

  it.each([['Nebel#über7Kuppen'], ['correct Horse 9 battery'], ['雾天里的Kuppen7号'], ['aB3$'.repeat(64)]])(
    'take %j',
    (password) => {
      expect(troubles(password, { minKinds: 3 }).filter((trouble) => !trouble.includes('same few'))).toEqual([]);
    },
  );

  it.each([
    ['one character too few', 'Nebel#7Ku', '9 characters; at least 10'],
    ['too many', 'aB3$x'.repeat(60), '300 characters; at most 256'],
    ['too few kinds', 'nebelkuppenhaus7', '2 of the kinds'],
    ['the user name', 'X7#Wang.Min#haus', 'contains "wang.min"'],
    ['the display name', 'X7#haus王敏Kuppe', 'contains "王敏"'],
    ['the name of the product', 'MyPLUME#7haus', 'contains "plume"'],
    ['a repetition', 'aA1aA1aA1aA1', 'same few characters'],
    ['a common password', 'Password123', 'tried first'],
    ['a common password with a tail', 'Dragon2024!', 'tried first'],
    ['a common password in other letters', 'P@ssw0rd1!', 'tried first'],
    ['a run of the keyboard', 'Qwertyuiop1', 'tried first'],
    ['a run backwards', '#Zyxwvutsrq1', 'tried first'],
  ])('refuse %s', (_name, password, says) => {
    expect(troubles(password).join('; ')).toContain(says);
  });

  it('refuse words of the site', () => {
    expect(troubles('Nebel#Changji7', { refusedWords: ['ChangJi'] })).toEqual(['contains "changji"']);
  });

  it('ask for nothing but length when the site wants it so', () => {
    expect(troubles('several plain words in a row', { minLength: 15, minKinds: 1 })).toEqual([]);
  });
});
