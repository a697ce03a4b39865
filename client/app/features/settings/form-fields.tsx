import { bounds } from '@logbook/contracts/bounds.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { Field, SelectField } from '../accounts/fields.tsx'
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
  <SelectField
    name={name}
    label={names[name]}
    answer={props.answer}
    defaultValue={String(props.loaded.settings[name])}
    options={switchWords}
    hint={nowOf(props, name) ?? hint}
  />
)

/** Who may comment, and for how long a comment may be changed. */
export const CommentFields = (props: FormProps) => {
  const { settings } = props.loaded
  const { answer } = props
  return (
    <>
      <SelectField
        name="commentsFrom"
        label={names.commentsFrom}
        answer={answer}
        defaultValue={settings.commentsFrom}
        options={commentsFromWords}
        hint={nowOf(props, 'commentsFrom') ?? 'Applies to votes too. Existing comments stay.'}
      />
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
