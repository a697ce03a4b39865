import './accounts.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { Form, Link, useRevalidator } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { AccountAnswer, loadAccount } from './account.server.ts'
import { Field, NewPassword, Outcome } from './fields.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { addPasskey } from './passkeys.ts'
import { PortraitForm } from './portrait-form.tsx'
import { type AnswerTo, Remove, Section } from './section.tsx'
import { Sessions } from './sessions.tsx'
import { type Passkey, roleWords } from './shapes.ts'
import { ApiTokens } from './tokens.tsx'

type Loaded = Awaited<ReturnType<typeof loadAccount>>

const Profile = ({ me, answerTo }: { me: Loaded['me']; answerTo: AnswerTo }) => (
  <Section title="You" id="you">
    <p>
      {me.email} · {roleWords[me.role]}
    </p>
    <Form method="post" action="/account#you" className="account-form" reloadDocument>
      <Outcome answer={answerTo('rename')} />
      <Field
        label="Name"
        name="name"
        autoComplete="name"
        required
        maxLength={100}
        defaultValue={me.name}
        answer={answerTo('rename')}
      />
      <div className="form-row">
        <button type="submit" name="intent" value="rename" className="button">
          Change name
        </button>
      </div>
    </Form>
  </Section>
)

/** Another address counts once the link that is sent there was opened. */
const Address = ({ hasPassword, answerTo }: { hasPassword: boolean; answerTo: AnswerTo }) => (
  <Section title="E-mail address" id="address">
    <Form method="post" action="/account#address" className="account-form" reloadDocument>
      <Outcome answer={answerTo('address')} />
      <Field
        label="New address"
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={bounds.emailCharsMax}
        answer={answerTo('address')}
      />
      {hasPassword ? (
        <Field
          label="Your password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
          answer={answerTo('address')}
        />
      ) : null}
      <div className="form-row">
        <button type="submit" name="intent" value="address" className="button">
          Change address
        </button>
      </div>
    </Form>
  </Section>
)

const Password = ({ answerTo }: { answerTo: AnswerTo }) => (
  <Section title="Password" id="password">
    <Form method="post" action="/account#password" className="account-form" reloadDocument>
      <Outcome answer={answerTo('password')} />
      <Field
        label="Current password"
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        answer={answerTo('password')}
      />
      <NewPassword name="newPassword" label="New password" answer={answerTo('password')} />
      <label className="check">
        <input type="checkbox" name="revokeWaysIn" /> Someone else may know it: also revoke my API tokens and
        passkeys
      </label>
      <div className="form-row">
        <button type="submit" name="intent" value="password" className="button">
          Change password
        </button>
      </div>
    </Form>
  </Section>
)

const Passkeys = ({ passkeys, answerTo }: { passkeys: Passkey[]; answerTo: AnswerTo }) => {
  const { revalidate } = useRevalidator()
  const name = `Passkey ${passkeys.length + 1}`
  return (
    <Section title="Passkeys">
      <p>With a passkey you sign in with the screen lock of a device instead of a password.</p>
      <Outcome answer={answerTo('remove-passkey')} />
      <ul className="account-list">
        {passkeys.map((passkey) => (
          <li key={passkey.id} className="account-row">
            <span className="what">
              <bdi>{passkey.name ?? 'A passkey'}</bdi>
              {passkey.createdAt === null ? null : (
                <>
                  {' · '}
                  <Moment at={passkey.createdAt} prefix="since " />
                </>
              )}
            </span>
            <Remove
              id={passkey.id}
              intent="remove-passkey"
              label={`Remove ${passkey.name ?? 'this passkey'}`}
            >
              Remove
            </Remove>
          </li>
        ))}
      </ul>
      <div>
        <PasskeyButton run={() => addPasskey(name)} onDone={() => void revalidate()}>
          Add a passkey
        </PasskeyButton>
        <p className="quiet unscripted">Passkeys need JavaScript, which is turned off.</p>
      </div>
    </Section>
  )
}

const Leave = ({ me, isAsked, answerTo }: { me: Loaded['me']; isAsked: boolean; answerTo: AnswerTo }) => (
  <Section title="Your data" id="data">
    <p>
      The log stores your name, your address and your comments encrypted with your own key. Erasing your
      account destroys the key, and every copy becomes unreadable, also in old backups of the log.
    </p>
    <div className="account-ways">
      <a className="button second" href={`/api/accounts/people/${me.id}/data`} download="my-data.json">
        Download my data
      </a>
      {isAsked ? null : (
        <Link to="?leave=1" className="button danger" preventScrollReset>
          Erase account…
        </Link>
      )}
    </div>
    <Outcome answer={answerTo('erase')} />
    {isAsked ? (
      <Form
        method="post"
        action="/account#data"
        className="sure"
        reloadDocument
        aria-label="Erase your account"
      >
        <span className="push">
          Erase <bdi>{me.name}</bdi> permanently? Your comments become empty placeholders. This cannot be
          undone.
        </span>
        <button type="submit" name="intent" value="erase" className="button danger">
          Erase permanently
        </button>
        <Link to="/account" className="plain" preventScrollReset>
          Cancel
        </Link>
      </Form>
    ) : null}
  </Section>
)

/** Everything about oneself. */
export const Account = ({
  loaded,
  isLeavingAsked,
  answer,
}: {
  loaded: Loaded
  isLeavingAsked: boolean
  answer: AccountAnswer | undefined
}) => {
  const answerTo: AnswerTo = (...intents) => (answer && intents.includes(answer.intent) ? answer : undefined)
  return (
    <>
      <div className="title-row">
        <h1 className="page-title">Your account</h1>
        <Form method="post" action="/sign-out" reloadDocument>
          <button type="submit" className="button second">
            Sign out
          </button>
        </Form>
      </div>
      {loaded.isAddressNew ? (
        <p className="state" data-kind="approved" role="status">
          <span aria-hidden="true">✓</span> Your address was changed.
        </p>
      ) : null}
      <Profile me={loaded.me} answerTo={answerTo} />
      {loaded.hasPortrait ? (
        <PortraitForm me={loaded.me} pictures={loaded.pictures} answerTo={answerTo} />
      ) : null}
      <Address hasPassword={loaded.me.hasPassword} answerTo={answerTo} />
      {loaded.me.hasPassword ? <Password answerTo={answerTo} /> : null}
      <Passkeys passkeys={loaded.passkeys} answerTo={answerTo} />
      <Sessions sessions={loaded.sessions} hasPassword={loaded.me.hasPassword} answerTo={answerTo} />
      <ApiTokens tokens={loaded.tokens} requestKey={loaded.requestKey} answerTo={answerTo} />
      <Leave me={loaded.me} isAsked={isLeavingAsked} answerTo={answerTo} />
    </>
  )
}
