import { coverAddress } from '@logbook/contracts/http/medium-addresses.ts'
import { Form, useFetcher } from 'react-router'
import type { Medium } from '../media/api.ts'
import { thumbnailOf } from '../media/markdown.ts'
import { Portrait } from '../posts/portrait.tsx'
import type { AccountAnswer } from './account.server.ts'
import { Outcome } from './fields.tsx'
import { PortraitPicker } from './portrait-picker.tsx'
import { type AnswerTo, Section } from './section.tsx'

interface PortraitFormProps {
  me: { name: string; picture: string | null }
  /** What writers may choose from; null where they could not be listed, undefined for those who have no library. */
  pictures: readonly Medium[] | null | undefined
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
  if (pictures === undefined || pictures.length === 0) return null
  return (
    <fieldset className="portrait-choices">
      <legend>
        Or one of your newest pictures. The one you choose is public; it is cropped around its focal point.
      </legend>
      {pictures.map((medium) => (
        <Choice key={medium.id} medium={medium} isChosen={me.picture?.includes(medium.id) ?? false} />
      ))}
    </fieldset>
  )
}

/** The picture that posts and comments show beside one's name. */
export const PortraitForm = ({ me, pictures, answerTo }: PortraitFormProps) => {
  const fetcher = useFetcher<AccountAnswer>()
  const onReady = (picture: string) =>
    fetcher.submit({ intent: 'portrait', picture }, { method: 'post', action: '/account' })
  return (
    <Section title="Your picture" id="picture">
      <p className="portrait-now">
        <Portrait name={me.name} picture={me.picture} size="large" />
        {me.picture === null ? 'Your initials stand beside your name.' : 'It stands beside your name.'}
      </p>
      <Outcome answer={fetcher.data ?? answerTo('portrait', 'remove-portrait')} />
      <PortraitPicker onReady={onReady} />
      <p className="quiet unscripted">To send a picture from this device, turn on JavaScript.</p>
      <Form method="post" action="/account#picture" className="portrait-form" reloadDocument>
        <Choices me={me} pictures={pictures} />
        <div className="form-row">
          {pictures?.length ? (
            <button type="submit" name="intent" value="portrait" className="button">
              Use the chosen picture
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
}
