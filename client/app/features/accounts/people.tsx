import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import './accounts.css'
import type { Role } from '@logbook/contracts/identity.ts'
import { counted } from '@logbook/contracts/words.ts'
import { Form, Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { NextPage } from '../page/next-page.tsx'
import { Field, Outcome } from './fields.tsx'
import type { loadPeople, PeopleAnswer } from './people.server.ts'
import { Remove, Row, Section } from './section.tsx'
import { roleWords } from './shapes.ts'

// Not the contract's own list: with it comes its checker, which tries to compile code, and the pages' policy would stop that.
const roles = Object.keys(roleWords) as Role[]

type Loaded = Awaited<ReturnType<typeof loadPeople>>

const RoleSelect = ({ label, chosen }: { label: string; chosen: PersonAccount['role'] }) => (
  <select name="role" defaultValue={chosen} aria-label={label}>
    {roles.map((role) => (
      <option key={role} value={role}>
        {roleWords[role]}
      </option>
    ))}
  </select>
)

const Sure = ({ person }: { person: PersonAccount }) => (
  <Form method="post" action="/people" className="sure" aria-label={`Erase ${person.name}`}>
    <input type="hidden" name="id" value={person.id} />
    <span className="push">
      Erase <bdi>{person.name}</bdi> permanently? Their comments become empty placeholders. This cannot be
      undone.
    </span>
    <button type="submit" name="intent" value="erase" className="button danger">
      Erase permanently
    </button>
    <Link to="/people" className="plain" preventScrollReset>
      Keep them
    </Link>
  </Form>
)

/** A link to hand over, shown this once. */
const LinkOnce = ({ label, link }: { label: string; link: string | undefined }) =>
  link === undefined ? null : (
    <div className="secret-once">
      <span>{label}</span>
      <code>{link}</code>
    </div>
  )

const PasswordLinkForm = ({ person }: { person: PersonAccount }) => (
  <Form method="post" action="/people">
    <input type="hidden" name="id" value={person.id} />
    <button type="submit" name="intent" value="password-link" className="plain">
      Link for a new password<span className="unseen"> of {person.name}</span>
    </button>
  </Form>
)

const PersonRow = ({
  person,
  mail,
  isOwn,
  isErasureAsked,
  answer,
}: {
  person: PersonAccount
  /** Whether the blog sends mail: else the owner hands links over. */
  mail: boolean
  isOwn: boolean
  isErasureAsked: boolean
  answer: PeopleAnswer | undefined
}) => (
  <li className="account-row">
    <span className="what">
      <bdi>{person.name}</bdi>
      {isOwn ? ' (you)' : ''}{' '}
      <span className="quiet">
        {person.email}
        {person.emailVerified ? '' : ' (not confirmed)'} · <Moment at={person.createdAt} prefix="joined " />
      </span>
    </span>
    <Form method="post" action="/people">
      <input type="hidden" name="id" value={person.id} />
      <RoleSelect key={person.role} label={`The role of ${person.name}`} chosen={person.role} />
      <button type="submit" name="intent" value="role" className="plain">
        Set role
      </button>
    </Form>
    {isOwn ? null : (
      <Link to={`?erase=${person.id}`} className="plain" preventScrollReset replace>
        Erase…
      </Link>
    )}
    {mail || isOwn ? null : <PasswordLinkForm person={person} />}
    {isErasureAsked ? <Sure person={person} /> : null}
    <Outcome answer={answer} />
    <LinkOnce label={`The link for ${person.name}:`} link={answer?.link} />
  </li>
)

/** People who signed up on a blog that sends no mail. */
const Waiting = ({ waiting, answer }: Pick<Loaded, 'waiting'> & { answer: PeopleAnswer | undefined }) => (
  <Section title="Waiting for confirmation">
    <p>
      This blog sends no mail, so addresses are not verified. Confirm the people you know; other sign-ups are
      deleted after a week. To send mail, set <code>SMTP_HOST</code>.
    </p>
    {answer?.intent === 'confirm' ? <Outcome answer={answer} /> : null}
    {waiting.length === 0 ? <p className="quiet">No one is waiting.</p> : null}
    <ul className="account-list people">
      {waiting.map((person) => (
        <Row
          key={person.id}
          name={person.name}
          about={
            <>
              {person.email} · <Moment at={person.createdAt} prefix="signed up " />
            </>
          }
        >
          <Form method="post" action="/people">
            <input type="hidden" name="id" value={person.id} />
            <button type="submit" name="intent" value="confirm" className="button second">
              Confirm<span className="unseen"> {person.name}</span>
            </button>
          </Form>
        </Row>
      ))}
    </ul>
  </Section>
)

const Invitations = ({
  invitations,
  mail,
  requestKey,
  answer,
}: Pick<Loaded, 'invitations' | 'mail' | 'requestKey'> & {
  answer: PeopleAnswer | undefined
}) => (
  <Section title="Invitations">
    <p>
      The person who opens the link{mail ? ' in the mail' : ', which you send yourself,'} joins with the role
      that you choose here.
    </p>
    {answer?.intent === 'withdraw' ? <Outcome answer={answer} /> : null}
    <ul className="account-list">
      {invitations.map(({ id, email, role, expiresAt }) => (
        <Row
          key={id}
          name={email}
          about={
            <>
              {roleWords[role]} · <Moment at={expiresAt} prefix="until " />
            </>
          }
        >
          <Remove id={id} intent="withdraw" label={`Withdraw the invitation of ${email}`}>
            Withdraw
          </Remove>
        </Row>
      ))}
    </ul>
    <Form method="post" action="/people" className="account-form">
      <input type="hidden" name="key" value={requestKey} />
      {answer?.intent === 'invite' ? <Outcome answer={answer} /> : null}
      {answer?.intent === 'invite' ? (
        <LinkOnce label={mail ? 'Or send the link yourself:' : 'The link to send:'} link={answer.link} />
      ) : null}
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="off"
        required
        answer={answer?.intent === 'invite' ? answer : undefined}
      />
      <div className="form-row">
        <RoleSelect label="Role" chosen="author" />
        <button type="submit" name="intent" value="invite" className="button">
          Invite
        </button>
      </div>
    </Form>
  </Section>
)

const Erasures = ({ erasures }: { erasures: Loaded['erasures'] }) =>
  erasures.length === 0 ? null : (
    <Section title="Erased">
      <ul className="account-list">
        {erasures.map((receipt) => (
          <Row
            key={receipt.id}
            name={
              <Link to={`/erasures/${receipt.id}`}>
                <Moment at={receipt.erasedAt} />
              </Link>
            }
            about={counted(receipt.events.length, 'event')}
          >
            {receipt.complete ? (
              <span data-kind="approved">✓ Confirmed by all</span>
            ) : receipt.overdue ? (
              <span data-kind="rejected">✕ Overdue</span>
            ) : (
              <span data-kind="pending">◷ In progress</span>
            )}
          </Row>
        ))}
      </ul>
    </Section>
  )

/** Everyone with an account, for the owner. */
export const People = ({
  loaded,
  erasureAsked,
  answer,
}: {
  loaded: Loaded
  erasureAsked: string | null
  answer: PeopleAnswer | undefined
}) => (
  <>
    <h1 className="page-title">People</h1>
    {answer?.intent === 'erase' && answer.problem === undefined ? <Outcome answer={answer} /> : null}
    <ul className="account-list people">
      {loaded.people.map((person) => (
        <PersonRow
          key={person.id}
          person={person}
          mail={loaded.mail}
          isOwn={person.id === loaded.ownId}
          isErasureAsked={erasureAsked === person.id}
          answer={answer?.id === person.id || answer?.values.id === person.id ? answer : undefined}
        />
      ))}
    </ul>
    <NextPage name="after" cursor={loaded.more}>
      More →
    </NextPage>
    {loaded.mail ? null : <Waiting waiting={loaded.waiting} answer={answer} />}
    <Invitations {...loaded} answer={answer} />
    <Erasures erasures={loaded.erasures} />
  </>
)
