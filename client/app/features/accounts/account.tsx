import './accounts.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { Form, Link, useRevalidator } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { Done } from '../page/state.tsx'
import type { AccountAnswer, loadAccount } from './account.server.ts'
import { CurrentPassword, Field, NameField, NewPassword, Outcome } from './fields.tsx'
import { AccountForm } from './form.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { addPasskey } from './passkeys.ts'
import { PortraitForm } from './portrait-form.tsx'
import { type AnswerTo, Remove, Row, Section } from './section.tsx'
import { Sessions } from './sessions.tsx'
import { type Passkey, roleWords } from './shapes.ts'
import { SignOut } from './sign-out.tsx'
import { ApiTokens } from './tokens.tsx'

type Loaded = Awaited<ReturnType<typeof loadAccount>>

const Profile = ({ me, answerTo }: { me: Loaded['me']; answerTo: AnswerTo }) => (
  <Section title="You" id="you">
    <p>
      {me.email} · {roleWords[me.role]}
    </p>
    <AccountForm
      action="/account#you"
      intent="rename"
      button="Change name"
      answer={answerTo('rename')}
      reloadDocument
    >
      <NameField defaultValue={me.name} answer={answerTo('rename')} />
    </AccountForm>
  </Section>
)

/** Another address counts once the link that is sent there was opened. */
const Address = ({ hasPassword, answerTo }: { hasPassword: boolean; answerTo: AnswerTo }) => (
  <Section title="E-mail address" id="address">
    <AccountForm
      action="/account#address"
      intent="address"
      button="Change address"
      answer={answerTo('address')}
      reloadDocument
    >
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
        <CurrentPassword label="Your password" name="currentPassword" answer={answerTo('address')} />
      ) : null}
    </AccountForm>
  </Section>
)

const Password = ({ answerTo }: { answerTo: AnswerTo }) => (
  <Section title="Password" id="password">
    <AccountForm
      action="/account#password"
      intent="password"
      button="Change password"
      answer={answerTo('password')}
      reloadDocument
    >
      <CurrentPassword label="Current password" name="currentPassword" answer={answerTo('password')} />
      <NewPassword name="newPassword" label="New password" answer={answerTo('password')} />
      <label className="check">
        <input type="checkbox" name="revokeWaysIn" /> Someone else may know it: also revoke my API tokens and
        passkeys
      </label>
    </AccountForm>
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
          <Row
            key={passkey.id}
            name={<bdi>{passkey.name ?? 'A passkey'}</bdi>}
            about={passkey.createdAt === null ? undefined : <Moment at={passkey.createdAt} prefix="added " />}
          >
            <Remove
              id={passkey.id}
              intent="remove-passkey"
              label={`Remove ${passkey.name ?? 'this passkey'}`}
            >
              Remove
            </Remove>
          </Row>
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
        <SignOut />
      </div>
      {loaded.isAddressNew ? <Done>Your address was changed.</Done> : null}
      <Profile me={loaded.me} answerTo={answerTo} />
      <PortraitForm me={loaded.me} pictures={loaded.pictures} answerTo={answerTo} />
      <Address hasPassword={loaded.me.hasPassword} answerTo={answerTo} />
      {loaded.me.hasPassword ? <Password answerTo={answerTo} /> : null}
      <Passkeys passkeys={loaded.passkeys} answerTo={answerTo} />
      <Sessions sessions={loaded.sessions} hasPassword={loaded.me.hasPassword} answerTo={answerTo} />
      <ApiTokens tokens={loaded.tokens} requestKey={loaded.requestKey} answerTo={answerTo} />
      <Leave me={loaded.me} isAsked={isLeavingAsked} answerTo={answerTo} />
    </>
  )
}
