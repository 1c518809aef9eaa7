import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  auditStep,
  confirmTotp,
  countRecoveryCodes,
  endOwnSession,
  endSessionsStep,
  knowDeviceSteps,
  listSessions,
  offerTotp,
  removeTotp,
  replaceRecoveryCodes,
  setPassword,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { Password } from '../people/account-schema.ts';
import { chooseHash } from '../people/choose-password.ts';
import { confirmPassword, ownAccount } from '../people/confirm-password.ts';
import type { PeopleParts } from '../people/parts.ts';
import { SecuritySettings } from '../people/security-settings.ts';
import { spendCode } from '../people/sign-in.ts';
import { matchTotp, newRecoveryCodes, newTotpSecret, otpauthUri, RECOVERY_CODES, toBase32 } from '../people/totp.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, problems, throttled } from '../schemas.ts';
import { secretHash } from '../setup-tokens.ts';

const DAY_MS = 86_400_000;
const ISSUER = 'Plume';

const own = createRoute({
  method: 'get',
  path: '/account',
  tags: ['account'],
  summary: 'Your own account: age of the password, second factor, rules for passwords',
  responses: {
    200: json(
      z
        .object({
          name: z.string(),
          displayName: z.string(),
          passwordSetAt: Moment.nullable(),
          passwordExpiresAt: Moment.nullable().openapi({ description: 'null: passwords do not grow old here' }),
          secondFactor: z.object({ on: z.boolean(), required: z.boolean(), recoveryCodesLeft: z.number().int() }),
          password: SecuritySettings.shape.password.omit({ refusedWords: true }),
        })
        .openapi('OwnAccount'),
      'The account',
    ),
    ...problems,
  },
});

const changePassword = createRoute({
  method: 'post',
  path: '/account/password',
  tags: ['account'],
  summary: 'Change your own password; your other sessions end',
  request: { body: body(z.strictObject({ current: Password, password: Password })) },
  responses: { 204: { description: 'Changed' }, ...problems, ...throttled, ...conflict },
});

const sessions = createRoute({
  method: 'get',
  path: '/account/sessions',
  tags: ['account'],
  summary: 'Your own open sessions, the last used first',
  responses: {
    200: json(
      z.object({
        sessions: z.array(
          z
            .object({
              id: z.number().int(),
              current: z.boolean(),
              createdAt: Moment,
              lastSeenAt: Moment,
              expiresAt: Moment,
              address: z.string().nullable(),
              userAgent: z.string().nullable(),
            })
            .openapi('OwnSession'),
        ),
      }),
      'The sessions',
    ),
    ...problems,
  },
});

const endSession = createRoute({
  method: 'delete',
  path: '/account/sessions/{id}',
  tags: ['account'],
  summary: 'End one of your own sessions',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of a session')
        .openapi({ param: { name: 'id', in: 'path' } }),
    }),
  },
  responses: { 204: { description: 'Ended' }, ...problems, ...notFound },
});

const endOthers = createRoute({
  method: 'delete',
  path: '/account/sessions',
  tags: ['account'],
  summary: 'End all your sessions but this one',
  responses: { 204: { description: 'Ended' }, ...problems },
});

const offer = createRoute({
  method: 'post',
  path: '/account/totp',
  tags: ['account'],
  summary: 'Begin with a second factor: a secret for an authenticator program, in force once a code of it was confirmed',
  request: { body: body(z.strictObject({ current: Password })) },
  responses: {
    200: json(
      z
        .object({
          secret: z.string().openapi({ description: 'Base 32, for typing' }),
          uri: z.string().openapi({ description: 'otpauth URI, for a QR code' }),
        })
        .openapi('TotpOffer'),
      'Told this once',
    ),
    ...problems,
    ...throttled,
    ...conflict,
  },
});

const Codes = z.object({
  recoveryCodes: z.array(z.string()).openapi({ description: 'Each stands in once for a code; told this once' }),
});

const confirm = createRoute({
  method: 'post',
  path: '/account/totp/confirm',
  tags: ['account'],
  summary: 'Put the second factor in force by a code of the authenticator program',
  request: { body: body(z.strictObject({ code: z.string().max(20) })) },
  responses: { 200: json(Codes, 'In force'), ...problems, ...throttled, ...conflict },
});

const remove = createRoute({
  method: 'post',
  path: '/account/totp/remove',
  tags: ['account'],
  summary: 'Take your second factor away; needs the password and a code',
  request: { body: body(z.strictObject({ current: Password, code: z.string().max(40) })) },
  responses: { 204: { description: 'Taken away' }, ...problems, ...throttled },
});

const renew = createRoute({
  method: 'post',
  path: '/account/totp/recovery-codes',
  tags: ['account'],
  summary: 'Replace your recovery codes',
  request: { body: body(z.strictObject({ current: Password })) },
  responses: { 200: json(Codes, 'The new codes'), ...problems, ...throttled, ...conflict },
});

/** What people do about their own accounts. */
export function accountRoutes(parts: PeopleParts) {
  const { deps, db, access, security } = parts;

  return new OpenAPIHono<ApiEnv>()
    .openapi(own, async (c) => {
      const account = await ownAccount(parts, c);
      const settings = await security.current();
      const { refusedWords: _, ...password } = settings.password;
      const setAt = account.password_set_at;
      return c.json(
        {
          name: account.name,
          displayName: account.display_name,
          passwordSetAt: setAt?.toISOString() ?? null,
          passwordExpiresAt:
            setAt && password.maxAgeDays > 0 ? new Date(setAt.getTime() + password.maxAgeDays * DAY_MS).toISOString() : null,
          secondFactor: {
            on: account.totp_confirmed_at !== null,
            required: settings.totpRequiredFor.includes(account.role),
            recoveryCodesLeft: await countRecoveryCodes(db, account.id),
          },
          password,
        },
        200,
      );
    })
    .openapi(changePassword, async (c) => {
      const { current, password } = c.req.valid('json');
      const account = await ownAccount(parts, c);
      await confirmPassword(parts, c, account, current, 'body.current');
      const owner = { name: account.name, displayName: account.display_name };
      const chosen = await chooseHash(parts, password, owner, account);
      const nowMs = deps.clock();
      const stored = await setPassword(
        db,
        account.id,
        { passwordHash: account.password_hash ?? '' },
        { ...chosen, nowMs, keepSession: c.get('caller').sessionId },
        c.get('trail').done('account.password', { kind: 'account', id: account.name }, { by: 'owner' }),
      );
      if (!stored) throw changedMeanwhile();
      // The known browsers were forgotten with the old password; this one is known to the new.
      await db.batch(knowDeviceSteps(access.markDevice(c), account.id, nowMs));
      return c.body(null, 204);
    })
    .openapi(sessions, async (c) => {
      const caller = c.get('caller');
      const nowMs = deps.clock();
      const idleMs = (await security.current()).session.idleMinutes * 60_000;
      const rows = await listSessions(db, caller.person?.id ?? 0, nowMs, nowMs - idleMs);
      return c.json(
        {
          sessions: rows.map((row) => ({
            id: row.id,
            current: row.id === caller.sessionId,
            createdAt: row.created_at.toISOString(),
            lastSeenAt: row.last_seen_at.toISOString(),
            expiresAt: row.expires_at.toISOString(),
            address: row.address,
            userAgent: row.user_agent,
          })),
        },
        200,
      );
    })
    .openapi(endSession, async (c) => {
      const id = Number(c.req.valid('param').id);
      const caller = c.get('caller');
      const entry = c.get('trail').done('session.end', { kind: 'session', id: String(id) });
      if (!(await endOwnSession(db, caller.person?.id ?? 0, id, entry)))
        throw new Problem(404, 'NOT_FOUND', `You have no session ${id}.`, 'Look it up in /api/v1/account/sessions.');
      if (id === caller.sessionId) access.clearSession(c);
      return c.body(null, 204);
    })
    .openapi(endOthers, async (c) => {
      const { person, sessionId } = c.get('caller');
      await db.batch([endSessionsStep(person?.id ?? 0, sessionId), auditStep(c.get('trail').done('session.endOthers', null))]);
      return c.body(null, 204);
    })
    .openapi(offer, async (c) => {
      const account = await ownAccount(parts, c);
      await confirmPassword(parts, c, account, c.req.valid('json').current, 'body.current');
      const secret = newTotpSecret();
      if (!(await offerTotp(db, account.id, secret))) throw factorIsOn();
      await db.batch([auditStep(c.get('trail').done('account.totpOffer', { kind: 'account', id: account.name }))]);
      c.header('Cache-Control', 'no-store');
      return c.json({ secret: toBase32(secret), uri: otpauthUri(secret, account.name, ISSUER) }, 200);
    })
    .openapi(confirm, async (c) => {
      const account = await ownAccount(parts, c);
      if (account.totp_confirmed_at !== null) throw factorIsOn();
      if (account.totp_secret === null) throw invalid('body.code', 'belongs to nothing: begin with POST /api/v1/account/totp');
      const nowMs = deps.clock();
      const step = matchTotp(account.totp_secret, c.req.valid('json').code.replace(/\s/g, ''), nowMs, 0);
      if (step === null)
        throw invalid(
          'body.code',
          'is not the code of this moment; check that the clock of the device with the program is right',
        );
      const codes = newRecoveryCodes();
      const stored = await confirmTotp(
        db,
        account.id,
        { secret: account.totp_secret, step, nowMs, codeHashes: codes.map((code) => secretHash(code)) },
        c.get('trail').done('account.totpOn', { kind: 'account', id: account.name }),
      );
      if (!stored) throw changedMeanwhile();
      c.header('Cache-Control', 'no-store');
      return c.json({ recoveryCodes: codes }, 200);
    })
    .openapi(remove, async (c) => {
      const account = await ownAccount(parts, c);
      const { current, code } = c.req.valid('json');
      await confirmPassword(parts, c, account, current, 'body.current');
      if ((await spendCode(parts, account, code, deps.clock())) === null) {
        await c.get('trail').refused('account.totpOff', { kind: 'account', id: account.name }, { why: 'wrongCode' });
        throw invalid('body.code', 'is not a code of this moment, nor an unused recovery code');
      }
      await removeTotp(db, account.id, c.get('trail').done('account.totpOff', { kind: 'account', id: account.name }));
      return c.body(null, 204);
    })
    .openapi(renew, async (c) => {
      const account = await ownAccount(parts, c);
      await confirmPassword(parts, c, account, c.req.valid('json').current, 'body.current');
      if (account.totp_confirmed_at === null)
        throw new Problem(409, 'NO_SECOND_FACTOR', 'Your account has no second factor.', 'Set one up first.');
      const codes = newRecoveryCodes();
      await replaceRecoveryCodes(
        db,
        account.id,
        codes.map((code) => secretHash(code)),
        c.get('trail').done('account.recoveryCodes', { kind: 'account', id: account.name }, { codes: RECOVERY_CODES }),
      );
      c.header('Cache-Control', 'no-store');
      return c.json({ recoveryCodes: codes }, 200);
    });
}

function changedMeanwhile(): Problem {
  return new Problem(
    409,
    'CHANGED',
    'Your account was changed elsewhere meanwhile; nothing was stored.',
    'Load the page again and repeat.',
  );
}

function factorIsOn(): Problem {
  return new Problem(409, 'EXISTS', 'Your account has a second factor already.', 'Take it away before setting up another.');
}
