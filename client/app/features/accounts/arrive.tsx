import './accounts.css'
import { Link } from 'react-router'
import { Notice } from '../page/notice.tsx'
import { useViewer } from '../page/viewer.ts'
import { NameField, NewPassword } from './fields.tsx'
import { AccountForm } from './form.tsx'
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
  const isSignedIn = useViewer() !== null
  if (!isOpen)
    return (
      <Notice title="This blog has its owner">
        <p>The link has already been used.</p>
        <p>
          <Link to={isSignedIn ? '/' : '/sign-in'} className="button">
            {isSignedIn ? 'To the newest posts' : 'Sign in'}
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
      <AccountForm hidden={{ token }} button="Create account" answer={answer} reloadDocument>
        <NameAndEmail answer={answer} />
        <NewPassword answer={answer} />
      </AccountForm>
    </>
  )
}

type Look = Awaited<ReturnType<typeof lookAtInvitation>>

const Join = ({ look, answer }: { look: Look; answer: FormAnswer | undefined }) => (
  <AccountForm hidden={{ token: look.token }} intent="join" button="Join" answer={answer} reloadDocument>
    <NameField hint="Shown with your posts and comments." answer={answer} />
    <NewPassword answer={answer} />
  </AccountForm>
)

const AcceptSignedIn = ({ look, answer }: { look: Look; answer: FormAnswer | undefined }) => (
  <AccountForm
    hidden={{ token: look.token }}
    intent="accept"
    button={`Accept as ${look.signedIn}`}
    answer={answer}
    reloadDocument
  />
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
