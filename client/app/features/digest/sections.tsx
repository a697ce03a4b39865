import './digest.css'
import { digestSections } from '@logbook/contracts/digest.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import { PastLink } from '../past/past-link.tsx'

/** The posts and comments of a digest. Renders nothing for one without. */
export const DigestSections = ({
  digest,
  heading: Heading = 'h2',
}: {
  digest: DigestAnswer
  heading?: 'h2' | 'h3'
}) =>
  digestSections(digest).map(({ title, entries }) => (
    <section key={title} className="digest-section">
      <Heading>{title}</Heading>
      <ul>
        {entries.map(({ title: text, quote, note, path }) => (
          <li key={path}>
            <PastLink to={path}>
              <bdi>{text}</bdi>
            </PastLink>
            {quote === null ? null : <blockquote dir="auto">{quote}</blockquote>}
            {note === null ? null : (
              <p className="quiet">
                <bdi>{note}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  ))
