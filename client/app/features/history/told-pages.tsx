import type { SentMention } from '@logbook/contracts/http/notifications.ts'
import { Moment } from '../page/moment.tsx'

const words = {
  waiting: 'to be told',
  sent: 'told',
  none: 'takes no mentions',
  failed: 'not told',
} as const satisfies Record<SentMention['status'], string>

/** The pages elsewhere that a post links to, and whether they were told so (Webmention). */
export const ToldPages = ({ mentions }: { mentions: readonly SentMention[] }) =>
  mentions.length === 0 ? null : (
    <section aria-labelledby="told-pages">
      <h2 id="told-pages" className="page-title">
        Pages this post links to
      </h2>
      <ul>
        {mentions.map(({ target, status, reason, at }) => (
          <li key={target}>
            <a href={target} rel="nofollow noopener">
              <bdi className="told-page">{target}</bdi>
            </a>
            : {words[status]} <span className="quiet">{status === 'failed' ? reason : null}</span>{' '}
            <Moment at={at} />
          </li>
        ))}
      </ul>
    </section>
  )
