import './notifications.css'
import '../accounts/accounts.css'
import { Form, Link } from 'react-router'
import { Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Section } from '../accounts/section.tsx'
import { Moment } from '../page/moment.tsx'
import type { loadSubscribers } from './subscribers.server.ts'
import { parkedInWords } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadSubscribers>>

const Counts = ({ subscribers: { blog, digest, tags, threads, waiting } }: Pick<Loaded, 'subscribers'>) => {
  const rows: readonly (readonly [string, number])[] = [
    ['Every new post', blog],
    ['Weekly digest', digest],
    ...tags.map(({ tag, count }) => [`New posts about ${tag}`, count] as const),
    ['Comments on one post, or replies to one comment', threads],
    ['Not confirmed yet', waiting],
  ]
  return (
    <table className="choices">
      <thead>
        <tr>
          <th scope="col">Subscription</th>
          <th scope="col">Addresses</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([words, count]) => (
          <tr key={words}>
            <th scope="row">
              <bdi>{words}</bdi>
            </th>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Parked = ({ outbox: { parked, entries } }: Pick<Loaded, 'outbox'>) => (
  <>
    <ul className="account-list">
      {entries.map((entry) => (
        <li key={entry.key} className="account-row">
          <span className="what">
            {parkedInWords(entry)}{' '}
            <span className="quiet">
              <Moment at={entry.at} />
            </span>
          </span>
        </li>
      ))}
    </ul>
    {parked > entries.length ? <p>The latest {entries.length} are shown.</p> : null}
    <Form method="post">
      <button type="submit" className="button">
        Retry all
      </button>
    </Form>
  </>
)

/** Who subscribed, counted, and what could not be sent. */
export const Subscribers = ({ subscribers, outbox, answer }: Loaded & { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Subscribers and mails</h1>
    <Outcome answer={answer} />
    <Section title="Subscribers by mail">
      <Counts subscribers={subscribers} />
      <p>
        A published post can be sent to the subscribers of all new posts:{' '}
        <Link to="/drafts">choose one of your posts</Link>.
      </p>
    </Section>
    <Section title="Outbox">
      <p>
        {outbox.waiting} waiting, {outbox.parked} parked.
        {outbox.fault === null ? null : ` The last attempt failed: ${outbox.fault}.`}
      </p>
      {outbox.parked === 0 ? null : <Parked outbox={outbox} />}
    </Section>
  </>
)
