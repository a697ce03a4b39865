import './notifications.css'
import '../accounts/accounts.css'
import { Form, Link, useParams, useSearchParams } from 'react-router'
import { Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Section } from '../accounts/section.tsx'
import { exactMoment, useTimeZone } from '../page/moment.tsx'
import type { loadNewsletter } from './newsletter.server.ts'

type Loaded = Awaited<ReturnType<typeof loadNewsletter>>

const done: Readonly<Record<string, string>> = {
  test: 'A test mail to you is on its way.',
  send: 'The newsletter is on its way.',
}

const subscribersInWords = (count: number): string =>
  count === 1 ? 'one subscriber' : `${count} subscribers`

/** A post as a mail: a preview, a test mail to oneself, and sending it once to every subscriber of the blog. */
export const Newsletter = ({
  preview,
  receivers,
  sentAt,
  answer,
}: Loaded & { answer: FormAnswer | undefined }) => {
  const [search] = useSearchParams()
  const { id } = useParams()
  const timeZone = useTimeZone()
  const said = done[search.get('done') ?? '']
  return (
    <>
      <h1 className="page-title">Send as newsletter</h1>
      <Outcome
        answer={
          answer ?? (said === undefined ? undefined : { intent: '', done: said, errors: {}, values: {} })
        }
      />
      <Form method="post" className="newsletter-ways">
        <button type="submit" name="intent" value="test" className="button second">
          Send a test mail to me
        </button>
        {sentAt === null ? (
          <button type="submit" name="intent" value="send" className="button" disabled={receivers === 0}>
            Send to {subscribersInWords(receivers)}
          </button>
        ) : null}
      </Form>
      {sentAt === null ? (
        <p className="quiet">
          {receivers === 0 ? 'Nobody has subscribed to all new posts yet. ' : ''}A post can be sent once. A
          sent mail cannot be changed.
        </p>
      ) : (
        <p>
          Sent on <time dateTime={sentAt}>{exactMoment(sentAt, timeZone)}</time>
        </p>
      )}
      <Section title="Preview">
        <p>
          Subject: <bdi>{preview.subject}</bdi>
        </p>
        <iframe
          className="mail-frame"
          title="The mail as readers get it"
          src={`/api/notifications/newsletters/${encodeURIComponent(id ?? '')}/mail`}
          sandbox=""
        />
        <details>
          <summary>As plain text</summary>
          <div className="mail-preview" dir="auto">
            {preview.text}
          </div>
        </details>
      </Section>
      <p>
        <Link to="/subscribers">Subscribers and mails</Link>
      </p>
    </>
  )
}
