import { bounds } from '@logbook/contracts/bounds.ts'
import type { FocalPoint } from '@logbook/contracts/media-address.ts'
import { useState } from 'react'
import type { Medium, MediumChanges } from './api.ts'
import { thumbnailOf } from './markdown.ts'

const middle: FocalPoint = { x: 0.5, y: 0.5 }

interface FocusProps {
  medium: Medium
  focus: FocalPoint
  onChange: (focus: FocalPoint) => void
}

const Slider = ({ name, part, onPart }: { name: string; part: number; onPart: (part: number) => void }) => (
  <label className="focus-slider">
    {name}
    <input
      type="range"
      min="0"
      max="100"
      value={Math.round(part * 100)}
      onChange={(event) => onPart(Number(event.target.value) / 100)}
    />
  </label>
)

/** What crops keep, by a click on the picture or by two sliders. */
const Focus = ({ medium, focus, onChange }: FocusProps) => (
  <fieldset className="focus-field">
    <legend>Focal point: covers and portraits are cropped around it</legend>
    <button
      type="button"
      className="focus-picture"
      tabIndex={-1}
      aria-hidden="true"
      onClick={({ nativeEvent: { offsetX, offsetY }, currentTarget }) =>
        onChange({
          x: Math.min(1, Math.max(0, offsetX / currentTarget.clientWidth)),
          y: Math.min(1, Math.max(0, offsetY / currentTarget.clientHeight)),
        })
      }
    >
      <img src={thumbnailOf(medium)} alt="" />
      <span className="focus-point" style={{ left: `${focus.x * 100}%`, top: `${focus.y * 100}%` }} />
    </button>
    <Slider name="From the left" part={focus.x} onPart={(x) => onChange({ ...focus, x })} />
    <Slider name="From the top" part={focus.y} onPart={(y) => onChange({ ...focus, y })} />
  </fieldset>
)

interface EditProps {
  medium: Medium
  /** Resolves to true once it is saved. */
  onSave: (changes: MediumChanges) => Promise<boolean>
}

/** Name, alternative text and focal point of a medium. */
export const EditMedium = ({ medium, onSave }: EditProps) => {
  const [name, setName] = useState(medium.name)
  const [alt, setAlt] = useState(medium.alt)
  const [focus, setFocus] = useState(medium.focus)
  const [isSaved, setSaved] = useState(false)
  const save = async (event: React.FormEvent) => {
    event.preventDefault()
    setSaved(await onSave({ name, alt, focus }))
  }
  return (
    <form className="edit-medium" aria-label={`Edit “${medium.name}”`} onSubmit={(event) => void save(event)}>
      <label className="field">
        Name
        <input
          dir="auto"
          required
          maxLength={bounds.mediaNameCharsMax}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {medium.picture === null ? null : (
        <>
          <label className="field">
            What it shows, for people who do not see it
            <input
              dir="auto"
              maxLength={bounds.coverAltCharsMax}
              value={alt}
              onChange={(event) => setAlt(event.target.value)}
            />
          </label>
          <Focus medium={medium} focus={focus ?? middle} onChange={setFocus} />
          <p className="hint">
            Covers and portraits that are in use keep their crop until they are chosen again.
          </p>
        </>
      )}
      <p className="edit-actions">
        <button type="submit" className="button">
          Save
        </button>
        <span role="status" className="hint">
          {isSaved ? 'Saved.' : ''}
        </span>
      </p>
    </form>
  )
}
