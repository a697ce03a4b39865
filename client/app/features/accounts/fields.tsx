import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useId, useRef } from 'react'
import { Done, Failed } from '../page/state.tsx'
import type { FormAnswer } from './form-answer.ts'

interface FieldProps extends Omit<React.ComponentProps<'input'>, 'id'> {
  label: string
  name: string
  hint?: string
  answer?: FormAnswer | undefined
}

/** A labelled input with its error, also for screen readers. */
export const Field = ({ label, hint, answer, defaultValue, ...input }: FieldProps) => {
  const id = useId()
  const error = answer?.errors[input.name]
  const describedBy = error === undefined ? (hint === undefined ? undefined : `${id}-hint`) : `${id}-error`
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        dir="auto"
        {...input}
        id={id}
        defaultValue={answer?.values[input.name] ?? defaultValue}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describedBy}
      />
      {error === undefined ? null : (
        <span id={`${id}-error`} className="hint" data-kind="rejected">
          {error}
        </span>
      )}
      {hint === undefined || error !== undefined ? null : (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      )}
    </p>
  )
}

/** What someone is called here. */
export const NameField = (props: Omit<FieldProps, 'label' | 'name'>) => (
  <Field label="Name" name="name" autoComplete="name" required maxLength={100} {...props} />
)

/** A password that one has already. */
export const CurrentPassword = (props: FieldProps) => (
  <Field type="password" autoComplete="current-password" required {...props} />
)

interface SelectFieldProps extends Omit<FieldProps, keyof React.ComponentProps<'input'>> {
  name: string
  /** What each value is called. */
  options: Readonly<Record<string, string>>
  defaultValue?: string
}

/** A labelled choice of one value. */
export const SelectField = ({ label, name, hint, answer, options, defaultValue }: SelectFieldProps) => {
  const id = useId()
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        name={name}
        defaultValue={answer?.values[name] ?? defaultValue}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      >
        {Object.entries(options).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      {hint === undefined ? null : (
        <span id={`${id}-hint`} className="hint">
          {hint}
        </span>
      )}
    </p>
  )
}

const passwordBounds = { minLength: bounds.passwordCharsMin, maxLength: bounds.passwordCharsMax } as const

/** A new password, with what it must be. */
export const NewPassword = ({
  name = 'password',
  label = 'Password',
  answer,
}: {
  name?: string
  label?: string
  answer?: FormAnswer | undefined
}) => (
  <Field
    name={name}
    label={label}
    type="password"
    autoComplete="new-password"
    required
    {...passwordBounds}
    hint={`At least ${passwordBounds.minLength} characters. A few words in a row are easy to remember.`}
    answer={answer}
  />
)

/** Puts the person at the first field that was refused, else at the reason: the page of an answer begins at its top. */
const useFocusOnProblem = (answer: FormAnswer | undefined) => {
  const line = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (answer?.problem === undefined) return
    const field = document.querySelector<HTMLElement>('main [aria-invalid="true"]')
    ;(field ?? line.current)?.focus()
  }, [answer])
  return line
}

/** The result of a form, shown once beside it. */
export const Outcome = ({ answer }: { answer: FormAnswer | undefined }) => {
  const line = useFocusOnProblem(answer)
  if (answer?.problem !== undefined) return <Failed ref={line}>{answer.problem}</Failed>
  return answer?.done === undefined ? null : <Done>{answer.done}</Done>
}
