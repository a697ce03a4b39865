import '../accounts/accounts.css'
import { Link, useSearchParams } from 'react-router'
import { Field, SelectField } from '../accounts/fields.tsx'
import { AccountForm } from '../accounts/form.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Honeypot } from '../page/honeypot.tsx'
import type { loadSubscribe } from './links.server.ts'

type Loaded = Awaited<ReturnType<typeof loadSubscribe>>

interface LinkPage {
  title: string
  text: string
  button: string
  /** What the link shows. */
  hidden: Readonly<Record<string, string>>
  answer: FormAnswer | undefined
}

/** The page that a mail links to: a button does the action, so that programs that open links do nothing. */
export const LinkPage = ({ title, text, button, hidden, answer }: LinkPage) => (
  <>
    <h1 className="page-title">{title}</h1>
    {hidden.token === undefined ? (
      <>
        <p>
          This address is not complete: mail programs may cut a long link at the end of a line. Open the link
          in the mail again, or copy all of it.
        </p>
        <p>
          With an account, you choose your mails at <Link to="/notifications/preferences">Mail settings</Link>
          .
        </p>
      </>
    ) : (
      <AccountForm hidden={hidden} button={button} answer={answer} isOnce>
        <p>{text}</p>
      </AccountForm>
    )}
  </>
)

/** What the mails are about: the tag or the post that the address names, or a choice. */
const Scope = ({ post }: Pick<Loaded, 'post'>) => {
  const [search] = useSearchParams()
  const tag = search.get('tag')
  if (tag !== null)
    return (
      <p>
        <input type="hidden" name="tag" value={tag} />
        You get each new post tagged “<bdi>{tag}</bdi>”.
      </p>
    )
  if (post !== null)
    return (
      <p>
        <input type="hidden" name="postId" value={post.id} />
        You get each new comment on{' '}
        <Link to={`/posts/${post.slug}`} reloadDocument>
          <bdi>{post.title}</bdi>
        </Link>
        .
      </p>
    )
  return (
    <SelectField label="Send me" name="what" options={{ blog: 'each new post', digest: 'a weekly digest' }} />
  )
}

const toPosts = (
  <Link to="/" className="button second">
    To the newest posts
  </Link>
)

/** What there is in place of mails, on a blog without a mail server. */
const InFeed = () => {
  const [search] = useSearchParams()
  const tag = search.get('tag')
  return (
    <p>
      New posts are also in{' '}
      <a href={tag === null ? '/feed.xml' : `/feed.xml?${new URLSearchParams({ tag })}`}>the feed</a>, for a
      feed reader.
    </p>
  )
}

/** Asks for mails to an address, with or without an account. */
export const Subscribe = ({ post, sendsMail, answer }: Loaded & { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Subscribe by mail</h1>
    <AccountForm button="Subscribe" answer={answer} isOnce next={toPosts}>
      <Honeypot />
      {sendsMail ? null : (
        <>
          <p className="state" data-kind="pending">
            This blog has no mail server yet, so mails stay with its operator.
          </p>
          <InFeed />
        </>
      )}
      <Field label="E-mail" name="email" type="email" autoComplete="email" required answer={answer} />
      <Scope post={post} />
    </AccountForm>
  </>
)
