import type { PostName } from '@logbook/contracts/http/query.ts'
import { Form, Link, useLocation } from 'react-router'
import { useAsOf, withoutAsOf } from '../past/as-of.ts'
import { PastLink } from '../past/past-link.tsx'
import { SearchForm } from '../search/search-form.tsx'
import { Honeypot } from './honeypot.tsx'
import { Notice } from './notice.tsx'

/** The similar posts that a 404 answer names. */
export const nearOf = (answer: unknown): PostName[] =>
  typeof answer === 'object' && answer !== null && 'near' in answer && Array.isArray(answer.near)
    ? (answer.near as PostName[])
    : []

const Near = ({ near }: { near: readonly PostName[] }) =>
  near.length === 0 ? null : (
    <>
      <p>Did you look for one of these?</p>
      <ul className="near">
        {near.map(({ slug, title }) => (
          <li key={slug}>
            <PastLink to={`/posts/${encodeURIComponent(slug)}`}>
              <bdi>{title}</bdi>
            </PastLink>
          </li>
        ))}
      </ul>
    </>
  )

const wordsCharsMax = 100

/** What the last part of an address says, such as `the heron` of `/posts/the-heron.html`. */
const wordsOf = (path: string): string => {
  const last = path.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
      .replace(/\.\w{2,5}$/, '')
      .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
      .trim()
      .slice(0, wordsCharsMax)
  } catch {
    return ''
  }
}

/** The page for an address without content, now or at the moment shown. */
export const Missing = ({ near = [] }: { near?: readonly PostName[] }) => {
  const isPast = useAsOf() !== null
  const location = useLocation()
  return (
    <Notice mark="404" title={isPast ? 'There was nothing here then' : 'There is nothing here'}>
      <p>
        {isPast ? 'It had not been published yet, ' : 'The page was moved, '}
        {isPast ? 'or had been taken down.' : 'taken down, or never written.'}
        {isPast ? <Link to={withoutAsOf(location)}> Look for it in the current blog.</Link> : null}
      </p>
      <Near near={near} />
      {isPast ? null : <SearchForm asked={wordsOf(location.pathname)} />}
      <p>
        <PastLink to="/" className={isPast ? 'button' : 'button second'}>
          {isPast ? 'To the posts of that time' : 'To the newest posts'}
        </PastLink>
      </p>
    </Notice>
  )
}

/** The page for a signed-in person without the role for it. */
export const NotYours = () => (
  <Notice mark="403" title="This is not for your account">
    <p>The owner of the blog can give you a role that may see it.</p>
    <p>
      <Link to="/account" className="button">
        Your account
      </Link>
    </p>
  </Notice>
)

const Again = () => {
  const { pathname, search } = useLocation()
  return (
    <p>
      <a href={`${pathname}${search}`} className="button">
        Try again
      </a>
    </p>
  )
}

/** A form that could not be sent: its text and its other fields. */
export interface NotSent {
  text: string
  fields: Readonly<Record<string, string>>
}

/** The form again, to be sent from here. */
const SendAgain = ({ text, fields }: NotSent) => (
  <Form method="post" className="comment-form" reloadDocument>
    {Object.entries(fields).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    <Honeypot />
    <label className="field">
      Your text was not sent yet:
      <textarea dir="auto" name="content" rows={8} defaultValue={text} />
    </label>
    <p>
      <button type="submit" className="button">
        Send it again
      </button>
    </p>
  </Form>
)

/** A service that this page needs does not answer. `notSent` is the form that led here, if one did. */
export const Away = ({ notSent }: { notSent?: NotSent | undefined }) => (
  <Notice mark="503" title="A part of the blog is not available">
    <p>It is usually back within a minute. Nothing is lost.</p>
    {notSent ? <SendAgain {...notSent} /> : <Again />}
  </Notice>
)

/** A form could be parsed in more than one way. */
export const Unreadable = () => (
  <Notice mark="422" title="This form could not be read">
    <p>A field was sent twice, or the form was not sent by a page of this blog. Nothing was changed.</p>
  </Notice>
)

/** An unexpected error. */
export const Broken = () => (
  <Notice mark="500" title="This page could not be made">
    <p>This is an error of the blog, not yours. It has been logged for the operator.</p>
    <Again />
  </Notice>
)
