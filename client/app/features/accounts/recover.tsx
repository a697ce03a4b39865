import './accounts.css'
import { Link } from 'react-router'
import { Honeypot } from '../page/honeypot.tsx'
import { Field, NewPassword } from './fields.tsx'
import { AccountForm } from './form.tsx'
import type { FormAnswer } from './form-answer.ts'

const toSignIn = (
  <Link to="/sign-in" className="button second">
    Sign in
  </Link>
)

/** Asks for a link with which to choose another password. */
export const ForgotPassword = ({ mail, answer }: { mail: boolean; answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Forgot your password?</h1>
    <AccountForm
      button={mail ? 'Send the link' : 'Create a link'}
      beside={
        <Link to="/sign-in" className="plain">
          Back
        </Link>
      }
      answer={answer}
      isOnce
      next={toSignIn}
    >
      <Honeypot />
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        hint={
          mail
            ? 'We send you a link to choose a new password.'
            : 'This blog sends no mail. Ask its owner for a link to choose a new password.'
        }
        answer={answer}
      />
    </AccountForm>
  </>
)

/** The page of a mail's link. */
export const ResetPassword = ({ token, answer }: { token: string; answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Choose a new password</h1>
    <AccountForm
      hidden={{ token }}
      button="Set password"
      beside={
        <Link to="/forgot-password" className="plain">
          Ask for another link
        </Link>
      }
      answer={answer}
    >
      <NewPassword name="newPassword" label="New password" answer={answer} />
    </AccountForm>
  </>
)

/** The page of a link that confirms an address, of a new account or a changed one. */
export const ConfirmAddress = ({
  token,
  address,
  answer,
}: {
  token: string
  address: string | undefined
  answer: FormAnswer | undefined
}) => (
  <>
    <h1 className="page-title">Confirm your address</h1>
    <AccountForm
      hidden={{ token }}
      button="Confirm"
      beside={
        <Link to="/" className="plain">
          It is not mine
        </Link>
      }
      answer={answer}
      isOnce
    >
      <p>
        {address === undefined ? 'Is the address yours that this link was sent to?' : `Is ${address} yours?`}
      </p>
    </AccountForm>
  </>
)
