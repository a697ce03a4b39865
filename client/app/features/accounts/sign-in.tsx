import type { SignInOptions } from '@logbook/contracts/http/account-answers.ts'
import './accounts.css'
import { Form, Link } from 'react-router'
import { Honeypot } from '../page/honeypot.tsx'
import { Field, NewPassword, Outcome } from './fields.tsx'
import type { FormAnswer } from './form-answer.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { signInWithPasskey } from './passkeys.ts'

const providerNames: Readonly<Record<string, string>> = { github: 'GitHub', google: 'Google' }

const toNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?${new URLSearchParams({ next })}`

const OtherWays = ({ options, next }: { options: SignInOptions; next: string }) => (
  <div className="other-ways">
    <PasskeyButton run={signInWithPasskey} onDone={() => window.location.assign(next)}>
      Use a passkey
    </PasskeyButton>
    {options.social.map((provider) => (
      <a key={provider} className="button second" href={toNext(`/sign-in/${provider}`, next)}>
        Continue with {providerNames[provider] ?? provider}
      </a>
    ))}
  </div>
)

interface SignInProps {
  options: SignInOptions
  next: string
  notice: string | undefined
  answer: FormAnswer | undefined
}

/** The sign-in form. The page is reloaded afterwards, since much of it changes. */
export const SignIn = ({ options, next, notice, answer }: SignInProps) => (
  <>
    <h1 className="page-title">Sign in</h1>
    <Form method="post" className="account-form" reloadDocument>
      {notice === undefined ? null : (
        <p className="state" role="status">
          {notice}
        </p>
      )}
      <Outcome answer={answer} />
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail" name="email" type="email" autoComplete="username" required answer={answer} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        answer={answer}
      />
      <label className="check">
        <input type="checkbox" name="remember" defaultChecked /> Stay signed in on this device
      </label>
      <div className="form-row">
        <button type="submit" className="button">
          Sign in
        </button>
        <Link to="/forgot-password" className="plain">
          Forgot password?
        </Link>
        {options.signUp === 'open' ? (
          <Link to={toNext('/sign-up', next)} className="plain">
            Create an account
          </Link>
        ) : null}
      </div>
    </Form>
    <OtherWays options={options} next={next} />
  </>
)

/** A new account. Once it is asked for there is nothing more to fill in. */
export const SignUp = ({ options: { signUp, mail }, answer }: Pick<SignInProps, 'options' | 'answer'>) => {
  if (signUp !== 'open')
    return (
      <>
        <h1 className="page-title">Create an account</h1>
        <p>Accounts are by invitation only. Ask the owner of this blog.</p>
      </>
    )
  return (
    <>
      <h1 className="page-title">Create an account</h1>
      {answer?.done === undefined ? (
        <Form method="post" className="account-form">
          <Outcome answer={answer} />
          {mail ? null : <p className="hint">This blog sends no mail: its owner confirms new accounts.</p>}
          <Honeypot />
          <NameAndEmail answer={answer} />
          <NewPassword answer={answer} />
          <div className="form-row">
            <button type="submit" className="button">
              Create account
            </button>
            <Link to="/sign-in" className="plain">
              I have an account
            </Link>
          </div>
        </Form>
      ) : (
        <Outcome answer={answer} />
      )}
    </>
  )
}

/** Who someone is going to be here. */
export const NameAndEmail = ({ answer }: { answer: FormAnswer | undefined }) => (
  <>
    <Field
      label="Name"
      name="name"
      autoComplete="name"
      required
      maxLength={100}
      hint="Shown with your posts and comments."
      answer={answer}
    />
    <Field
      label="E-mail"
      name="email"
      type="email"
      autoComplete="username"
      required
      hint="Never shown to anyone."
      answer={answer}
    />
  </>
)
