import { bounds } from '@logbook/contracts/bounds.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { Field } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import type { loadSettings } from './settings.server.ts'
import { commentsFromWords, names, switchWords, valueInWords } from './words.ts'

export type Loaded = Awaited<ReturnType<typeof loadSettings>>

/** Those that one field holds. */
export type OneValue = Exclude<keyof BlogSettings, 'navigation'>

export interface FormProps {
  loaded: Loaded
  answer: FormAnswer | undefined
}

/** A setting that was typed otherwise than it is now says so, where somebody else changed it. */
export const nowOf = ({ loaded, answer }: FormProps, name: OneValue): string | undefined => {
  const { settings } = loaded
  return answer?.intent !== 'save' ||
    answer.values[name] === undefined ||
    answer.values[name] === String(settings[name] ?? '')
    ? undefined
    : `Now: ${valueInWords(settings, name) || 'none'}`
}

/** A setting that is on or off. */
export const SwitchField = ({
  name,
  hint,
  ...props
}: FormProps & { name: 'countViews' | 'mentions'; hint: string }) => (
  <p className="field">
    <label htmlFor={name}>{names[name]}</label>
    <select
      id={name}
      name={name}
      defaultValue={props.answer?.values[name] ?? String(props.loaded.settings[name])}
      aria-describedby={`${name}-hint`}
    >
      {Object.entries(switchWords).map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
    <span id={`${name}-hint`} className="hint">
      {nowOf(props, name) ?? hint}
    </span>
  </p>
)

/** Who may comment, and for how long a comment may be changed. */
export const CommentFields = (props: FormProps) => {
  const { settings } = props.loaded
  const { answer } = props
  return (
    <>
      <p className="field">
        <label htmlFor="comments-from">{names.commentsFrom}</label>
        <select
          id="comments-from"
          name="commentsFrom"
          defaultValue={answer?.values.commentsFrom ?? settings.commentsFrom}
          aria-describedby="comments-from-hint"
        >
          {Object.entries(commentsFromWords).map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
        <span id="comments-from-hint" className="hint">
          {nowOf(props, 'commentsFrom') ?? 'Applies to votes too. Existing comments stay.'}
        </span>
      </p>
      <Field
        name="editMinutes"
        label={names.editMinutes}
        answer={answer}
        defaultValue={settings.editMinutes}
        hint={nowOf(props, 'editMinutes') ?? 'By its author, after sending it. 0: never.'}
        type="number"
        min={0}
        max={bounds.editMinutesMax}
        step={1}
        required
      />
    </>
  )
}
