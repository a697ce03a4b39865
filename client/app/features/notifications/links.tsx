import '../accounts/accounts.css'
import { Form, useSearchParams } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Honeypot } from '../page/honeypot.tsx'

interface LinkPage {
  title: string
  text: string
  button: string
  /** What the link shows. */
  shown: readonly { name: string; value: string }[]
  answer: FormAnswer | undefined
}

/** The page that a mail links to: a button does the action, so that programs that open links do nothing. */
export const LinkPage = ({ title, text, button, shown, answer }: LinkPage) => (
  <>
    <h1 className="page-title">{title}</h1>
    {answer?.done === undefined ? (
      <Form method="post" className="account-form">
        <Outcome answer={answer} />
        {shown.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <p>{text}</p>
        <button type="submit" className="button">
          {button}
        </button>
      </Form>
    ) : (
      <Outcome answer={answer} />
    )}
  </>
)

/** What the mails are about: the tag or the post that the address names, or a choice. */
const Scope = () => {
  const [search] = useSearchParams()
  const [tag, postId] = [search.get('tag'), search.get('post')]
  if (tag !== null)
    return (
      <p>
        <input type="hidden" name="tag" value={tag} />
        You get each new post tagged “<bdi>{tag}</bdi>”.
      </p>
    )
  if (postId !== null)
    return (
      <p>
        <input type="hidden" name="postId" value={postId} />
        You get each new comment on the post you come from.
      </p>
    )
  return (
    <p className="field">
      <label htmlFor="what">Send me</label>
      <select id="what" name="what">
        <option value="blog">each new post</option>
        <option value="digest">a weekly digest</option>
      </select>
    </p>
  )
}

/** Asks for mails to an address, with or without an account. */
export const Subscribe = ({ answer }: { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Subscribe by mail</h1>
    {answer?.done === undefined ? (
      <Form method="post" className="account-form">
        <Outcome answer={answer} />
        <Honeypot />
        <Field label="E-mail" name="email" type="email" autoComplete="email" required answer={answer} />
        <Scope />
        <button type="submit" className="button">
          Subscribe
        </button>
      </Form>
    ) : (
      <Outcome answer={answer} />
    )}
  </>
)
