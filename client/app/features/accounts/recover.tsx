import './accounts.css'
import { Form, Link } from 'react-router'
import { Honeypot } from '../page/honeypot.tsx'
import { Field, NewPassword, Outcome } from './fields.tsx'
import type { FormAnswer } from './form-answer.ts'

/** Asks for a link with which to choose another password. */
export const ForgotPassword = ({ mail, answer }: { mail: boolean; answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Forgot your password?</h1>
    {answer?.done === undefined ? (
      <Form method="post" className="account-form">
        <Outcome answer={answer} />
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
        <div className="form-row">
          <button type="submit" className="button">
            {mail ? 'Send the link' : 'Create a link'}
          </button>
          <Link to="/sign-in" className="plain">
            Back
          </Link>
        </div>
      </Form>
    ) : (
      <Outcome answer={answer} />
    )}
  </>
)

/** The page of a mail's link. */
export const ResetPassword = ({ token, answer }: { token: string; answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Choose a new password</h1>
    <Form method="post" className="account-form">
      <Outcome answer={answer} />
      <input type="hidden" name="token" value={token} />
      <NewPassword name="newPassword" label="New password" answer={answer} />
      <div className="form-row">
        <button type="submit" className="button">
          Set password
        </button>
        <Link to="/forgot-password" className="plain">
          Ask for another link
        </Link>
      </div>
    </Form>
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
    {answer?.done === undefined ? (
      <Form method="post" className="account-form">
        <Outcome answer={answer} />
        <input type="hidden" name="token" value={token} />
        <p>
          {address === undefined
            ? 'Is the address yours that this link was sent to?'
            : `Is ${address} yours?`}
        </p>
        <div className="form-row">
          <button type="submit" className="button">
            Confirm
          </button>
          <Link to="/" className="plain">
            It is not mine
          </Link>
        </div>
      </Form>
    ) : (
      <Outcome answer={answer} />
    )}
  </>
)
