import { bounds } from '@logbook/contracts/bounds.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { useRef, useState } from 'react'
import { Field } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { accentPath, accentsOf, isColour } from '../page/accent.ts'
import { names } from './words.ts'

/** The colour that the picker stands at while none is chosen: near Logbook's own. */
const ownAccent = '#b1480f'

const Sample = ({ theme, colour, chosen }: { theme: 'light' | 'dark'; colour: string; chosen: string }) => (
  <div className="accent-sample" data-theme={theme}>
    <span aria-hidden="true" className="accent-words">
      A <span className="accent-link">link</span> and a <span className="accent-button">button</span>
    </span>
    <span className="hint">
      {theme === 'light' ? 'Light theme' : 'Dark theme'}: <bdi>{colour}</bdi>
      {colour === chosen
        ? ', as chosen.'
        : `, ${theme === 'light' ? 'darker' : 'lighter'} than chosen, to be readable.`}
    </span>
  </div>
)

const Samples = ({ chosen }: { chosen: string }) => {
  const { day, night } = accentsOf(chosen)
  return (
    <div className="accent-samples">
      <link rel="stylesheet" href={accentPath(chosen, 'sample')} />
      <Sample theme="light" colour={day} chosen={chosen} />
      <Sample theme="dark" colour={night} chosen={chosen} />
    </div>
  )
}

interface LookProps {
  settings: BlogSettings
  answer: FormAnswer | undefined
  /** What is in force, where somebody else changed it. */
  nowOf: (name: 'accent' | 'icon') => string | undefined
}

/** The colour of the blog and its icon. */
export const LookFields = ({ settings, answer, nowOf }: LookProps) => {
  const [accent, setAccent] = useState(answer?.values.accent ?? settings.accent ?? '')
  const [icon, setIcon] = useState(answer?.values.icon ?? settings.icon ?? '')
  const field = useRef<HTMLInputElement>(null)
  const pick = (colour: string) => {
    setAccent(colour)
    if (field.current) field.current.value = colour
  }
  const chosen = isColour(accent) ? accent.toLowerCase() : undefined
  return (
    <>
      <div className="accent-row">
        <Field
          name="accent"
          label={names.accent}
          answer={answer}
          defaultValue={settings.accent ?? ''}
          hint={nowOf('accent') ?? 'Colour of links and buttons, such as #2f6f4f. Empty: Logbook’s orange.'}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={7}
          ref={field}
          onChange={(event) => setAccent(event.target.value)}
        />
        <input
          type="color"
          className="scripted"
          aria-label="Pick the accent colour"
          value={chosen ?? ownAccent}
          onChange={(event) => pick(event.target.value)}
        />
        <button
          type="submit"
          name="intent"
          value="preview"
          className="button second unscripted"
          formAction="/settings#look"
          formNoValidate
        >
          Preview
        </button>
      </div>
      {chosen === undefined ? null : <Samples chosen={chosen} />}
      <Field
        name="icon"
        label={names.icon}
        answer={answer}
        defaultValue={settings.icon ?? ''}
        hint={
          nowOf('icon') ??
          'Shown beside the title in the browser: the address of a square picture (https://… or /…). Empty: Logbook’s icon.'
        }
        inputMode="url"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={bounds.addressCharsMax}
        onChange={(event) => setIcon(event.target.value)}
      />
      {/^(?:\/(?!\/)|https:\/\/)./i.test(icon) ? (
        <p className="hint icon-sample">
          <img src={icon} alt="" width={32} height={32} /> Preview
        </p>
      ) : null}
    </>
  )
}
