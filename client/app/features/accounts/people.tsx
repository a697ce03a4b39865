import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import './accounts.css'
import type { Role } from '@logbook/contracts/identity.ts'
import { Form, Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { counted } from '../posts/words.ts'
import { Field, Outcome } from './fields.tsx'
import type { loadPeople, PeopleAnswer } from './people.server.ts'
import { Remove, Section } from './section.tsx'
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
      Erase {person.name} for good? Their comments become empty places, and nobody can bring anything back.
    </span>
    <button type="submit" name="intent" value="erase" className="button danger">
      Erase for good
    </button>
    <Link to="/people" className="plain" preventScrollReset>
      Keep them
    </Link>
  </Form>
)

const PersonRow = ({
  person,
  isOwn,
  isErasureAsked,
  answer,
}: {
  person: PersonAccount
  isOwn: boolean
  isErasureAsked: boolean
  answer: PeopleAnswer | undefined
}) => (
  <li className="account-row">
    <span className="what">
      {person.name}
      {isOwn ? ' (you)' : ''}{' '}
      <span className="quiet">
        {person.email}
        {person.emailVerified ? '' : ' (not confirmed)'} · <Moment at={person.createdAt} prefix="since " />
      </span>
    </span>
    <Form method="post" action="/people">
      <input type="hidden" name="id" value={person.id} />
      <RoleSelect key={person.role} label={`The role of ${person.name}`} chosen={person.role} />
      <button type="submit" name="intent" value="role" className="plain">
        Set
      </button>
    </Form>
    {isOwn ? null : (
      <Link to={`?erase=${person.id}`} className="plain" preventScrollReset replace>
        Erase…
      </Link>
    )}
    {isErasureAsked ? <Sure person={person} /> : null}
    <Outcome answer={answer} />
  </li>
)

const Invitations = ({
  invitations,
  requestKey,
  answer,
}: Pick<Loaded, 'invitations' | 'requestKey'> & {
  answer: PeopleAnswer | undefined
}) => (
  <Section title="Invitations">
    <p>Whoever opens the link in the mail joins with the role that you choose here.</p>
    {answer?.intent === 'withdraw' ? <Outcome answer={answer} /> : null}
    <ul className="account-list">
      {invitations.map(({ id, email, role, expiresAt }) => (
        <li key={id} className="account-row">
          <span className="what">
            {email}{' '}
            <span className="quiet">
              {roleWords[role]} · <Moment at={expiresAt} prefix="until " />
            </span>
          </span>
          <Remove id={id} intent="withdraw" label={`Withdraw the invitation of ${email}`}>
            Withdraw
          </Remove>
        </li>
      ))}
    </ul>
    <Form method="post" action="/people" className="account-form">
      <input type="hidden" name="key" value={requestKey} />
      {answer?.intent === 'invite' ? <Outcome answer={answer} /> : null}
      {answer?.link === undefined ? null : (
        <div className="secret-once">
          <span>Or send the link yourself:</span>
          <code>{answer.link}</code>
        </div>
      )}
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="off"
        required
        answer={answer?.intent === 'invite' ? answer : undefined}
      />
      <div className="form-row">
        <RoleSelect label="As what" chosen="author" />
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
          <li key={receipt.id} className="account-row">
            <span className="what">
              <Link to={`/erasures/${receipt.id}`}>
                <Moment at={receipt.erasedAt} />
              </Link>{' '}
              <span className="quiet">{counted(receipt.events.length, 'event')}</span>
            </span>
            {receipt.complete ? (
              <span data-kind="approved">✓ Confirmed by all</span>
            ) : receipt.overdue ? (
              <span data-kind="rejected">✕ Overdue</span>
            ) : (
              <span data-kind="pending">◷ Under way</span>
            )}
          </li>
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
          isOwn={person.id === loaded.ownId}
          isErasureAsked={erasureAsked === person.id}
          answer={answer?.id === person.id || answer?.values.id === person.id ? answer : undefined}
        />
      ))}
    </ul>
    {loaded.more === null ? null : (
      <p>
        <Link to={`?after=${encodeURIComponent(loaded.more)}`} rel="next">
          More →
        </Link>
      </p>
    )}
    <Invitations {...loaded} answer={answer} />
    <Erasures erasures={loaded.erasures} />
  </>
)
