import type { SignInOptions } from '@logbook/contracts/http/account-answers.ts'
import './accounts.css'
import { Link } from 'react-router'
import { Honeypot } from '../page/honeypot.tsx'
import { CurrentPassword, Field, NameField, NewPassword } from './fields.tsx'
import { AccountForm } from './form.tsx'
import type { FormAnswer } from './form-answer.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { signInWithPasskey } from './passkeys.ts'
import { SignOut } from './sign-out.tsx'

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

/** In place of the form, for someone who is signed in. */
export const SignedIn = ({ name, next, notice }: { name: string } & Pick<SignInProps, 'next' | 'notice'>) => (
  <>
    <h1 className="page-title">You are signed in</h1>
    {notice === undefined ? null : (
      <p className="state" role="status">
        {notice}
      </p>
    )}
    <p className="signed-in-as">
      You are signed in as <bdi>{name}</bdi>.
    </p>
    <div className="form-row">
      <a className="button" href={next}>
        {next === '/' ? 'Go to the blog' : 'Continue'}
      </a>
      <Link to="/account" className="plain">
        Your account
      </Link>
      <SignOut />
    </div>
  </>
)

/** The sign-in form. The page is reloaded afterwards, since much of it changes. */
export const SignIn = ({ options, next, notice, answer }: SignInProps) => (
  <>
    <h1 className="page-title">Sign in</h1>
    <AccountForm
      hidden={{ next }}
      button="Sign in"
      beside={
        <>
          <Link to="/forgot-password" className="plain">
            Forgot password?
          </Link>
          {options.signUp === 'open' ? (
            <Link to={toNext('/sign-up', next)} className="plain">
              Create an account
            </Link>
          ) : null}
        </>
      }
      answer={answer}
      reloadDocument
    >
      {notice === undefined ? null : (
        <p className="state" role="status">
          {notice}
        </p>
      )}
      <Field label="E-mail" name="email" type="email" autoComplete="username" required answer={answer} />
      <CurrentPassword label="Password" name="password" answer={answer} />
      <label className="check">
        <input type="checkbox" name="remember" defaultChecked /> Stay signed in on this device
      </label>
    </AccountForm>
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
      <AccountForm
        button="Create account"
        beside={
          <Link to="/sign-in" className="plain">
            I have an account
          </Link>
        }
        answer={answer}
        isOnce
        next={
          <Link to="/sign-in" className="button second">
            Sign in
          </Link>
        }
      >
        {mail ? null : <p className="hint">This blog sends no mail: its owner confirms new accounts.</p>}
        <Honeypot />
        <NameAndEmail answer={answer} />
        <NewPassword answer={answer} />
      </AccountForm>
    </>
  )
}

/** Who someone is going to be here. */
export const NameAndEmail = ({ answer }: { answer: FormAnswer | undefined }) => (
  <>
    <NameField hint="Shown with your posts and comments." answer={answer} />
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
