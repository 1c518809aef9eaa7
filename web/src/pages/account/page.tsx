import '../../styles/people.css';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { me, noteFailure } from '../../state/session.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { ChangePassword } from './change-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Tokens } from './tokens.tsx';

/** One's own account as the service tells it. */
export type OwnAccount = InferResponseType<typeof api.account.$get, 200>;

/** A call whose failure is told in a toast. */
export async function tried(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast({ text: t('serverSays', { reason: noteFailure(error).message }) });
    return false;
  }
}

function Sessions() {
  const query = useQuery('sessions', (signal) => take(api.account.sessions.$get({}, { init: { signal } })));
  const end = (id: number) =>
    tried(() => take(api.account.sessions[':id'].$delete({ param: { id: String(id) } }))).then(query.again);
  const endOthers = () => tried(() => take(api.account.sessions.$delete())).then(() => query.again());
  return (
    <section class="section">
      <h2>{w('sessions')}</h2>
      <Read query={query}>
        {({ sessions }) => (
          <>
            <Scroll across>
              <table class="plain-table">
                <tbody>
                  {sessions.map((each) => (
                    <tr key={each.id}>
                      <th scope="row">
                        {w('sessionFrom')} {each.address ?? t('none')}
                        {each.current && <span class="tag">{w('sessionHere')}</span>}
                      </th>
                      <td class="quiet text">{each.userAgent}</td>
                      <td>
                        {w('sessionSince')} {dayTime(Date.parse(each.createdAt), now.value)}
                      </td>
                      <td>
                        {w('sessionSeen')} {dayTime(Date.parse(each.lastSeenAt), now.value)}
                      </td>
                      <td class="num">
                        {!each.current && (
                          <button type="button" class="small" onClick={() => void end(each.id)}>
                            {w('sessionEnd')}
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
            {sessions.length > 1 && (
              <p class="form-foot">
                <button type="button" onClick={() => void endOthers()}>
                  {w('sessionEndOthers')}
                </button>
              </p>
            )}
          </>
        )}
      </Read>
    </section>
  );
}

/** One's own account: password, second factor, sessions, tokens. What must be put right first stands alone. */
export function AccountPage() {
  const who = me.value;
  const query = useQuery(who?.kind === 'setup' ? null : 'account', (signal) => take(api.account.$get({}, { init: { signal } })));
  const must = who?.must ?? null;
  if (who?.kind === 'setup') {
    return (
      <Page title={w('account')}>
        <Empty title={w('accountNone')}>
          <p>{w('accountNoneText')}</p>
          <a class="button primary" href={pathOf('people')}>
            {w('accountNoneGo')}
          </a>
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={w('account')}
      finder={must === null}
      facts={
        who?.person && (
          <span class="quiet">
            {who.person.displayName} · {w(who.person.role)} ·{' '}
            {who.districts === null ? w('allDistricts') : who.districts.join(' ')}
          </span>
        )
      }
    >
      <Scroll>
        {must !== null && (
          <p class="banner" role="status">
            <b>◌</b> {w(must === 'password' ? 'mustPassword' : 'mustFactor')}
          </p>
        )}
        <Read query={query}>
          {(account) => (
            <>
              {must !== 'secondFactor' && <ChangePassword account={account} changed={query.again} />}
              {must !== 'password' && <SecondFactor account={account} changed={query.again} />}
            </>
          )}
        </Read>
        {must === null && <Sessions />}
        {must === null && <Tokens />}
      </Scroll>
    </Page>
  );
}
