import { Form } from 'react-router'
import { Outcome } from './fields.tsx'
import type { FormAnswer } from './form-answer.ts'

interface AccountFormProps {
  answer: FormAnswer | undefined
  /** What its button says. */
  button: React.ReactNode
  /** What the button sends, on a page that has several forms. */
  intent?: string
  /** What stands behind the button. */
  beside?: React.ReactNode
  hidden?: Readonly<Record<string, string>>
  /** Whether nothing is left to fill in once it was done. */
  isOnce?: boolean
  /** Where to go then. */
  next?: React.ReactNode
  /** Where it is sent, beside the page itself. */
  action?: string
  reloadDocument?: boolean
  children?: React.ReactNode
}

/** A form with the outcome of sending it, its fields and its button. */
export const AccountForm = ({
  answer,
  button,
  intent,
  beside,
  hidden = {},
  isOnce = false,
  next,
  children,
  ...form
}: AccountFormProps) =>
  isOnce && answer?.done !== undefined ? (
    <>
      <Outcome answer={answer} />
      {next === undefined ? null : <p className="form-row">{next}</p>}
    </>
  ) : (
    <Form method="post" className="account-form" {...form}>
      <Outcome answer={answer} />
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <div className="form-row">
        <button
          type="submit"
          {...(intent === undefined ? {} : { name: 'intent', value: intent })}
          className="button"
        >
          {button}
        </button>
        {beside}
      </div>
    </Form>
  )
