import './notifications.css'
import '../accounts/accounts.css'
import { digestSections } from '@logbook/contracts/digest.ts'
import { Form, Link } from 'react-router'
import { Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Row, Section } from '../accounts/section.tsx'
import { DigestSections } from '../digest/sections.tsx'
import { Moment } from '../page/moment.tsx'
import { Table } from '../page/table.tsx'
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
    <Table
      className="choices"
      columns={['Subscription', 'Addresses']}
      rows={rows.map(([words, count]) => ({ key: words, cells: [<bdi key={words}>{words}</bdi>, count] }))}
    />
  )
}

const Parked = ({ outbox: { parked, entries } }: Pick<Loaded, 'outbox'>) => (
  <>
    <ul className="account-list">
      {entries.map((entry) => (
        <Row key={entry.key} name={parkedInWords(entry)} about={<Moment at={entry.at} />} />
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

/** What the digest of this week would be. */
const NextDigest = ({ digest }: Pick<Loaded, 'digest'>) =>
  digestSections(digest).length === 0 ? (
    <p className="quiet">
      Nothing yet. A week without posts and comments has no digest, and no mail is sent about it.
    </p>
  ) : (
    <DigestSections digest={digest} heading="h3" />
  )

/** Who subscribed, counted, what the next digest would be, and what could not be sent. */
export const Subscribers = ({
  subscribers,
  outbox,
  digest,
  mail,
  answer,
}: Loaded & { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Subscribers and mails</h1>
    <Outcome answer={answer} />
    <Section title="Subscribers by mail">
      {mail ? null : (
        <p>
          This blog has no mail server yet, so mails stay with its operator. To send mail, set{' '}
          <code>SMTP_HOST</code>.
        </p>
      )}
      <Counts subscribers={subscribers} />
      <p>
        A published post can be sent to the subscribers of all new posts:{' '}
        <Link to="/drafts">choose one of your posts</Link>.
      </p>
    </Section>
    <Section title="Next digest">
      <NextDigest digest={digest} />
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
