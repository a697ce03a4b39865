import '../accounts/accounts.css'
import { useSearchParams } from 'react-router'
import { Field, SelectField } from '../accounts/fields.tsx'
import { AccountForm } from '../accounts/form.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Honeypot } from '../page/honeypot.tsx'

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
    <AccountForm hidden={hidden} button={button} answer={answer} isOnce>
      <p>{text}</p>
    </AccountForm>
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
    <SelectField label="Send me" name="what" options={{ blog: 'each new post', digest: 'a weekly digest' }} />
  )
}

/** Asks for mails to an address, with or without an account. */
export const Subscribe = ({ answer }: { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Subscribe by mail</h1>
    <AccountForm button="Subscribe" answer={answer} isOnce>
      <Honeypot />
      <Field label="E-mail" name="email" type="email" autoComplete="email" required answer={answer} />
      <Scope />
    </AccountForm>
  </>
)
