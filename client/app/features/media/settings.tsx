import '../accounts/accounts.css'
import '../settings/settings.css'
import { Link, useSearchParams } from 'react-router'
import { Field, Outcome, SelectField } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import type { loadMediaSettings } from './settings.server.ts'
import { bytesPerMB, inUnits, pixelsPerMillion } from './settings-form.ts'

interface FormProps {
  loaded: Awaited<ReturnType<typeof loadMediaSettings>>
  answer: FormAnswer | undefined
}

const Limits = ({ loaded: { settings }, answer }: FormProps) => {
  const megabytes = (name: 'fileBytesMax' | 'personBytesMax' | 'pictureBytesMax') => ({
    ...{ name, answer, defaultValue: inUnits(settings[name], bytesPerMB) },
    ...{ type: 'number', min: 0.01, step: 0.01, required: true },
  })
  return (
    <fieldset className="settings-part">
      <legend>Limits</legend>
      <Field {...megabytes('fileBytesMax')} label="Largest file, in MB" hint="By upload and by link." />
      <Field {...megabytes('personBytesMax')} label="All files of one person, in MB" />
      <Field {...megabytes('pictureBytesMax')} label="Largest file of a picture, in MB" />
      <Field
        name="picturePixelsMax"
        label="Largest picture, in million pixels"
        answer={answer}
        defaultValue={inUnits(settings.picturePixelsMax, pixelsPerMillion)}
        hint="Width × height × frames."
        type="number"
        min={1}
        step={0.01}
        required
      />
    </fieldset>
  )
}

const formatNames = { avif: 'AVIF', webp: 'WebP', jpeg: 'JPEG' } as const

const Variants = ({ loaded: { settings }, answer }: FormProps) => (
  <fieldset className="settings-part">
    <legend>Variants of pictures</legend>
    <Field
      name="widths"
      label="Widths in pixels"
      answer={answer}
      defaultValue={settings.widths.join(', ')}
      hint="Rising, with commas between. Browsers choose among them."
      inputMode="numeric"
      required
    />
    {(['avif', 'webp'] as const).map((format) => (
      <label key={format} className="check">
        <input
          type="checkbox"
          name={format}
          defaultChecked={answer ? format in answer.values : settings.formats.includes(format)}
        />{' '}
        Also as {formatNames[format]}, which is smaller
      </label>
    ))}
    {(['jpeg', 'webp', 'avif'] as const).map((format) => (
      <Field
        key={format}
        name={`quality.${format}`}
        label={`Quality of ${formatNames[format]}`}
        answer={answer}
        defaultValue={settings.quality[format]}
        type="number"
        min={1}
        max={100}
        step={1}
        required
      />
    ))}
    <SelectField
      name="keepsMetadata"
      label="Camera and place in the original"
      answer={answer}
      defaultValue={String(settings.keepsMetadata)}
      options={{ false: 'removed', true: 'kept' }}
    />
  </fieldset>
)

/** Limits and variants of pictures and files, for owners. */
export const MediaSettings = ({ loaded, answer }: FormProps) => {
  const [search] = useSearchParams()
  const isSaved = answer === undefined && search.get('done') === 'saved'
  return (
    <>
      <h1 className="page-title">Pictures and files</h1>
      <Outcome answer={isSaved ? { intent: 'save', done: 'Saved.', errors: {}, values: {} } : answer} />
      <p>A change counts for the next files. What was made stays as it is.</p>
      <form method="post" action="/settings/media" className="settings-form" key={loaded.requestKey}>
        <input type="hidden" name="version" value={loaded.version} />
        <input type="hidden" name="key" value={loaded.requestKey} />
        <Limits loaded={loaded} answer={answer} />
        <Variants loaded={loaded} answer={answer} />
        <button type="submit" className="button">
          Save
        </button>
      </form>
      <p>
        <Link to="/settings">All settings</Link>
      </p>
    </>
  )
}
