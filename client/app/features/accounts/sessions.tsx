import { Form } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { loadAccount } from './account.server.ts'
import { Outcome } from './fields.tsx'
import { type AnswerTo, Remove, Row, Section } from './section.tsx'

/** Where the account is open, and how to shut it everywhere at once: by buttons alone, which no Enter in a field presses. */
export const Sessions = ({
  sessions,
  hasPassword,
  answerTo,
}: {
  sessions: Awaited<ReturnType<typeof loadAccount>>['sessions']
  hasPassword: boolean
  answerTo: AnswerTo
}) => (
  <Section title="Where you are signed in" id="sessions">
    <Outcome answer={answerTo('end-session')} />
    <ul className="account-list">
      {sessions.map((session) => (
        <Row
          key={session.id}
          name={session.device}
          about={
            <>
              {session.ipAddress ? `${session.ipAddress} · ` : ''}
              <Moment at={session.createdAt} prefix="signed in " />
            </>
          }
        >
          {session.current ? (
            <span className="quiet">This one</span>
          ) : (
            <Remove id={session.id} intent="end-session" label="End this session">
              End
            </Remove>
          )}
        </Row>
      ))}
    </ul>
    <Form method="post" action="/account#sessions" className="account-form" reloadDocument>
      <Outcome answer={answerTo('sign-out-everywhere')} />
      <input type="hidden" name="intent" value="sign-out-everywhere" />
      <p>
        Does someone else have access? This ends every session, including this one, and revokes every API
        token. If they may have added a passkey, remove the passkeys too
        {hasPassword ? '.' : ': a mail then lets you in.'}
      </p>
      <div className="form-row">
        <button type="submit" className="button danger">
          End all sessions and tokens
        </button>
        <button type="submit" name="passkeys" value="on" className="button danger">
          End all, and remove my passkeys
        </button>
      </div>
    </Form>
  </Section>
)
