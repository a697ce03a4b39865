import '../accounts/accounts.css'
import './settings.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { Link, useSearchParams } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Section } from '../accounts/section.tsx'
import { Moment } from '../page/moment.tsx'
import { LookFields } from './look-fields.tsx'
import { NavigationFields } from './navigation-fields.tsx'
import { writtenIn } from './navigation-form.ts'
import type { loadSettings } from './settings.server.ts'
import { commentsFromWords, countViewsWords, names, quoted, valueInWords } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadSettings>>

const done: Readonly<Record<string, string>> = {
  saved: 'Saved.',
  restored: 'The earlier settings are restored.',
}

/** Those that one field holds. */
type OneValue = Exclude<keyof BlogSettings, 'navigation'>

interface FormProps {
  loaded: Loaded
  answer: FormAnswer | undefined
}

/** A setting that was typed otherwise than it is now says so, where somebody else changed it. */
const nowOf = ({ loaded, answer }: FormProps, name: OneValue): string | undefined => {
  const { settings } = loaded
  return answer?.intent !== 'save' ||
    answer.values[name] === undefined ||
    answer.values[name] === String(settings[name] ?? '')
    ? undefined
    : `Now: ${valueInWords(settings, name) || 'none'}`
}

/** The same of the links in the header. */
const linksNow = ({ loaded, answer }: FormProps): string | undefined => {
  const { settings } = loaded
  if (answer?.intent !== 'save') return undefined
  const typed = writtenIn(new Map(Object.entries(answer.values)))
  return JSON.stringify(typed) === JSON.stringify(settings.navigation)
    ? undefined
    : `Now: ${valueInWords(settings, 'navigation') || 'none'}`
}

/** Whether views of posts are counted. */
const CountField = (props: FormProps) => (
  <p className="field">
    <label htmlFor="count-views">{names.countViews}</label>
    <select
      id="count-views"
      name="countViews"
      defaultValue={props.answer?.values.countViews ?? String(props.loaded.settings.countViews)}
      aria-describedby="count-views-hint"
    >
      {Object.entries(countViewsWords).map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
    <span id="count-views-hint" className="hint">
      {nowOf(props, 'countViews') ??
        'A day, without cookies; addresses of readers are not stored. Writers see the figures of their posts.'}
    </span>
  </p>
)

/** Who may comment, and for how long a comment may be changed. */
const CommentFields = (props: FormProps) => {
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

// A plain form: header and footer follow from the settings, so that the whole document is loaded again.
const SettingsForm = ({ loaded, answer }: FormProps) => {
  const { settings, version, timeZones, requestKey } = loaded
  const fieldOf = (name: OneValue, hint: string) => ({
    ...{ name, label: names[name], answer, defaultValue: String(settings[name] ?? '') },
    hint: nowOf({ loaded, answer }, name) ?? hint,
  })
  return (
    <form method="post" action="/settings" className="settings-form">
      {/* The first button of a form is the one that Enter presses. */}
      <button type="submit" name="intent" value="save" hidden />
      <input
        type="hidden"
        name="version"
        value={answer?.intent === 'edit' ? answer.values.version : version}
      />
      <input type="hidden" name="key" value={requestKey} />
      <Field
        {...fieldOf('title', 'Shown at the top of every page.')}
        required
        maxLength={bounds.blogTitleCharsMax}
      />
      <Field
        {...fieldOf('description', 'One line for feeds and search engines. Optional.')}
        maxLength={bounds.blogDescriptionCharsMax}
      />
      <Field
        {...fieldOf('language', 'As a tag, such as en, de or pt-BR. Used by browsers and screen readers.')}
        required
        maxLength={bounds.languageCharsMax}
      />
      <Field
        {...fieldOf('timeZone', 'Such as Europe/Berlin. Used for dates and the months of the archive.')}
        required
        list="time-zones"
        maxLength={bounds.timeZoneCharsMax}
      />
      <datalist id="time-zones">
        {timeZones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <CommentFields loaded={loaded} answer={answer} />
      <CountField loaded={loaded} answer={answer} />
      <fieldset id="look" className="settings-part">
        <legend>Look</legend>
        <LookFields settings={settings} answer={answer} nowOf={(name) => nowOf({ loaded, answer }, name)} />
      </fieldset>
      <fieldset id="links" className="settings-part">
        <legend>Links in the header</legend>
        <NavigationFields
          entries={settings.navigation}
          pages={loaded.pages}
          answer={answer}
          now={linksNow({ loaded, answer })}
        />
      </fieldset>
      <button type="submit" name="intent" value="save" className="button">
        Save
      </button>
    </form>
  )
}

type Entry = Loaded['history'][number]

const EntryRow = ({ entry, loaded, isNow }: { entry: Entry; loaded: Loaded; isNow: boolean }) => (
  <li>
    <span className="push">
      <bdi>{entry.by?.name ?? 'Someone'}</bdi>, <Moment at={entry.changedAt} />:{' '}
      {entry.changed.map((name, index) => (
        <span key={name}>
          {index === 0 ? '' : '; '}
          {names[name]} <bdi>{quoted(valueInWords(entry.settings, name))}</bdi>
        </span>
      ))}{' '}
    </span>
    {isNow ? (
      <span className="quiet">current</span>
    ) : (
      <form method="post" action="/settings">
        <input type="hidden" name="version" value={loaded.version} />
        <input type="hidden" name="key" value={`${loaded.requestKey}:${entry.version}`} />
        <input type="hidden" name="of" value={entry.version} />
        <button type="submit" name="intent" value="restore" className="plain">
          Restore this<span className="unseen"> state, version {entry.version}</span>
        </button>
      </form>
    )}
  </li>
)

/** What an owner decides about the blog as a whole, and what was decided before. */
export const Settings = ({ loaded, answer }: FormProps) => {
  const [search] = useSearchParams()
  const said = done[search.get('done') ?? '']
  const told =
    answer ?? (said === undefined ? undefined : { intent: 'save', done: said, errors: {}, values: {} })
  return (
    <>
      <h1 className="page-title">Settings</h1>
      <Outcome answer={told} />
      <SettingsForm
        key={loaded.requestKey}
        loaded={loaded}
        answer={answer?.intent === 'restore' ? undefined : answer}
      />
      <Section title="Mails">
        <p>
          <Link to="/subscribers">Subscribers, newsletters and what could not be sent</Link>
        </p>
      </Section>
      <Section title="Pictures and files">
        <p>
          <Link to="/settings/media">Largest files, widths and formats</Link>
        </p>
      </Section>
      <Section title="Import a blog">
        <p>
          <Link to="/begin/import">How to import its posts, pages and comments</Link>
        </p>
      </Section>
      {loaded.history.length === 0 ? null : (
        <Section title="Changes">
          <ol className="people-list" reversed>
            {loaded.history.map((entry, index) => (
              <EntryRow key={entry.version} entry={entry} loaded={loaded} isNow={index === 0} />
            ))}
          </ol>
        </Section>
      )}
    </>
  )
}
