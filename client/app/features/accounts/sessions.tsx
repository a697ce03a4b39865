import { Form } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { loadAccount } from './account.server.ts'
import { Outcome } from './fields.tsx'
import { type AnswerTo, Remove, Section } from './section.tsx'

/** Where the account is open, and how to shut it everywhere at once. */
export const Sessions = ({
  sessions,
  hasPassword,
  answerTo,
}: {
  sessions: Awaited<ReturnType<typeof loadAccount>>['sessions']
  hasPassword: boolean
  answerTo: AnswerTo
}) => (
  <Section title="Where you are signed in">
    <Outcome answer={answerTo('end-session')} />
    <ul className="account-list">
      {sessions.map((session) => (
        <li key={session.id} className="account-row">
          <span className="what">
            {session.device}{' '}
            <span className="quiet">
              {session.ipAddress ? `${session.ipAddress} · ` : ''}
              <Moment at={session.createdAt} prefix="signed in " />
            </span>
          </span>
          {session.current ? (
            <span className="quiet">This one</span>
          ) : (
            <Remove id={session.id} intent="end-session" label="End it: that session">
              End it
            </Remove>
          )}
        </li>
      ))}
    </ul>
    <Form method="post" className="account-form" reloadDocument>
      <Outcome answer={answerTo('sign-out-everywhere')} />
      <p>
        This ends every session, this one included, and revokes every token for scripts. Then sign in again.
      </p>
      <label className="check">
        <input type="checkbox" name="passkeys" /> Somebody else may have added a passkey: remove my passkeys
        too
        {hasPassword ? '' : '; a mail then lets me in'}
      </label>
      <div className="form-row">
        <button type="submit" name="intent" value="sign-out-everywhere" className="button danger">
          End all sessions and tokens
        </button>
      </div>
    </Form>
  </Section>
)
