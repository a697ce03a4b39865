import { coverAddress } from '@logbook/contracts/http/medium-addresses.ts'
import { Form, Link } from 'react-router'
import type { Medium } from '../media/api.ts'
import { thumbnailOf } from '../media/markdown.ts'
import { Portrait } from '../posts/portrait.tsx'
import { Outcome } from './fields.tsx'
import { type AnswerTo, Section } from './section.tsx'

interface PortraitFormProps {
  me: { name: string; picture: string | null }
  /** What one may choose from; null where they could not be listed. */
  pictures: readonly Medium[] | null
  answerTo: AnswerTo
}

const Choice = ({ medium, isChosen }: { medium: Medium; isChosen: boolean }) => (
  <label className="portrait-choice">
    <input type="radio" name="picture" value={coverAddress(medium)} defaultChecked={isChosen} required />
    <img src={thumbnailOf(medium)} alt={medium.alt || medium.name} loading="lazy" width="72" height="72" />
  </label>
)

const Choices = ({ me, pictures }: Omit<PortraitFormProps, 'answerTo'>) => {
  if (pictures === null)
    return (
      <p className="quiet">Your pictures can not be listed at the moment. Reload the page in a minute.</p>
    )
  if (pictures.length === 0)
    return (
      <p className="quiet">
        You have no pictures yet. Add one under <Link to="/media">Pictures and files</Link>, then choose it
        here.
      </p>
    )
  return (
    <fieldset className="portrait-choices">
      <legend>
        Your newest pictures. The one you choose is public; it is cropped around its focal point.
      </legend>
      {pictures.map((medium) => (
        <Choice key={medium.id} medium={medium} isChosen={me.picture?.includes(medium.id) ?? false} />
      ))}
    </fieldset>
  )
}

/** The picture that posts and comments show beside one's name. */
export const PortraitForm = ({ me, pictures, answerTo }: PortraitFormProps) => (
  <Section title="Your picture" id="picture">
    <p>
      <Portrait name={me.name} picture={me.picture} size="large" />
      {me.picture === null ? 'Your initials stand beside your name.' : 'It stands beside your name.'}
    </p>
    <Form method="post" action="/account#picture" className="portrait-form" reloadDocument>
      <Outcome answer={answerTo('portrait', 'remove-portrait')} />
      <Choices me={me} pictures={pictures} />
      <div className="form-row">
        {pictures?.length ? (
          <button type="submit" name="intent" value="portrait" className="button">
            Use this picture
          </button>
        ) : null}
        {me.picture === null ? null : (
          <button
            type="submit"
            name="intent"
            value="remove-portrait"
            className="button second"
            formNoValidate
          >
            Remove your picture
          </button>
        )}
      </div>
    </Form>
  </Section>
)
