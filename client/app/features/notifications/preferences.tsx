import './notifications.css'
import '../accounts/accounts.css'
import { Form, Link } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { TimeZones } from '../page/time-zones.tsx'
import type { loadPreferences } from './preferences.server.ts'
import { PushButton } from './push-button.tsx'
import { channels, kindsFor } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadPreferences>>

const Choices = ({ role, preferences }: Pick<Loaded, 'role' | 'preferences'>) => (
  <table className="choices">
    <thead>
      <tr>
        <th scope="col">Notify me of</th>
        {channels.map(([channel, word]) => (
          <th scope="col" key={channel}>
            {word}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {kindsFor(role).map(([kind, words]) => (
        <tr key={kind}>
          <th scope="row">{words}</th>
          {channels.map(([channel, word]) => (
            <td key={channel}>
              <input
                type="checkbox"
                name={`${channel}-${kind}`}
                aria-label={`${words}: ${word}`}
                defaultChecked={(preferences[channel] as readonly string[]).includes(kind)}
              />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

/** A person's notification settings: kinds, channels and times. */
export const Preferences = ({
  role,
  preferences,
  timeZones,
  answer,
}: Loaded & { answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">Mail settings</h1>
    <p>
      All of <Link to="/notifications">your notices</Link> are on their page. Nothing is mailed until you
      choose it here.
    </p>
    {role === 'owner' ? (
      <p>
        <Link to="/subscribers">Subscribers and mails</Link>: who subscribed, and what could not be sent.
      </p>
    ) : null}
    {preferences.mailConnected ? null : (
      <p className="state" data-kind="pending">
        This blog has no mail server yet, so mails stay with its operator.
      </p>
    )}
    {preferences.isMailEnded ? (
      <p className="state" data-kind="pending">
        Mails to you have stopped, because you unsubscribed or your address rejected them. Save to start
        again.
      </p>
    ) : null}
    <Form method="post" className="account-form">
      <Outcome answer={answer} />
      <Choices role={role} preferences={preferences} />
      <p className="field">
        <label htmlFor="rhythm">Send mails</label>
        <select id="rhythm" name="rhythm" defaultValue={preferences.rhythm}>
          <option value="each">immediately</option>
          <option value="daily">once a day, in the morning</option>
        </select>
      </p>
      <Field
        label="Quiet from"
        name="quietFrom"
        type="time"
        defaultValue={preferences.quiet?.from}
        answer={answer}
      />
      <Field label="until" name="quietTo" type="time" defaultValue={preferences.quiet?.to} answer={answer} />
      <Field
        label="Time zone"
        name="timeZone"
        required
        defaultValue={preferences.timeZone}
        hint="Such as Europe/Berlin."
        list="time-zones"
        answer={answer}
      />
      <TimeZones names={timeZones} />
      <button type="submit" className="button">
        Save
      </button>
    </Form>
    <PushButton />
  </>
)
