import './accounts.css'
import { Form, Link } from 'react-router'
import { Notice } from '../page/notice.tsx'
import { Field, NewPassword, Outcome } from './fields.tsx'
import type { FormAnswer } from './form-answer.ts'
import type { lookAtInvitation } from './invitation.server.ts'
import { roleWords } from './shapes.ts'
import { NameAndEmail } from './sign-in.tsx'

/** The first page of a new blog, behind the link that `npm start` prints. */
export const SetUp = ({
  token,
  isOpen,
  answer,
}: {
  token: string
  isOpen: boolean
  answer: FormAnswer | undefined
}) => {
  if (!isOpen)
    return (
      <Notice title="This blog has its owner">
        <p>The link has already been used.</p>
        <p>
          <Link to="/sign-in" className="button">
            Sign in
          </Link>
        </p>
      </Notice>
    )
  if (token === '')
    return (
      <Notice title="This blog has no owner yet">
        <p>
          Open the link that <code>npm start</code> printed where this blog runs.{' '}
          <code>npm run accounts -- owner-link</code> prints it again. The link ends in a secret, which is
          missing from this address.
        </p>
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">This blog is yours</h1>
      <Form method="post" className="account-form" reloadDocument>
        <Outcome answer={answer} />
        <input type="hidden" name="token" value={token} />
        <NameAndEmail answer={answer} />
        <NewPassword answer={answer} />
        <div className="form-row">
          <button type="submit" className="button">
            Create account
          </button>
        </div>
      </Form>
    </>
  )
}

type Look = Awaited<ReturnType<typeof lookAtInvitation>>

const Join = ({ look, answer }: { look: Look; answer: FormAnswer | undefined }) => (
  <Form method="post" className="account-form" reloadDocument>
    <Outcome answer={answer} />
    <input type="hidden" name="token" value={look.token} />
    <Field
      label="Name"
      name="name"
      autoComplete="name"
      required
      maxLength={100}
      hint="Shown with your posts and comments."
      answer={answer}
    />
    <NewPassword answer={answer} />
    <div className="form-row">
      <button type="submit" name="intent" value="join" className="button">
        Join
      </button>
    </div>
  </Form>
)

const AcceptSignedIn = ({ look, answer }: { look: Look; answer: FormAnswer | undefined }) => (
  <Form method="post" className="account-form" reloadDocument>
    <Outcome answer={answer} />
    <input type="hidden" name="token" value={look.token} />
    <div className="form-row">
      <button type="submit" name="intent" value="accept" className="button">
        Accept as {look.signedIn}
      </button>
    </div>
  </Form>
)

/** The page of an invitation's link. */
export const AcceptInvitation = ({ look, answer }: { look: Look; answer: FormAnswer | undefined }) => {
  const { invitation, signedIn, token } = look
  if (invitation === undefined)
    return (
      <Notice title="This invitation is no longer valid">
        <p>It was used, withdrawn, or has expired. Ask for a new one.</p>
      </Notice>
    )
  const next = `/invitation?${new URLSearchParams({ token })}`
  return (
    <>
      <h1 className="page-title">You are invited</h1>
      <p>
        For {invitation.email}. {roleWords[invitation.role]}.
      </p>
      {signedIn !== undefined ? (
        <AcceptSignedIn look={look} answer={answer} />
      ) : invitation.known ? (
        <p>
          <Link to={`/sign-in?${new URLSearchParams({ next })}`} className="button">
            Sign in to accept
          </Link>
        </p>
      ) : (
        <Join look={look} answer={answer} />
      )}
    </>
  )
}
