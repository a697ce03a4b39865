import { TimeZones } from '../page/time-zones.tsx'
import '../accounts/accounts.css'
import './settings.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { Link, useSearchParams } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import { Section } from '../accounts/section.tsx'
import { Moment } from '../page/moment.tsx'
import {
  CommentFields,
  type FormProps,
  type Loaded,
  nowOf,
  type OneValue,
  SwitchField,
} from './form-fields.tsx'
import { LookFields } from './look-fields.tsx'
import { NavigationFields } from './navigation-fields.tsx'
import { writtenIn } from './navigation-form.ts'
import { names, quoted, valueInWords } from './words.ts'

const done: Readonly<Record<string, string>> = {
  saved: 'Saved.',
  restored: 'The earlier settings are restored.',
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
      <TimeZones names={timeZones} />
      <CommentFields loaded={loaded} answer={answer} />
      <SwitchField
        {...{ loaded, answer, name: 'countViews' }}
        hint="A day, without cookies; addresses of readers are not stored. Writers see the figures of their posts."
      />
      <SwitchField
        {...{ loaded, answer, name: 'mentions' }}
        hint="By Webmention: pages elsewhere are shown among the comments, once moderation lets them, and pages that your posts link to are told."
      />
      <Field
        {...fieldOf(
          'hub',
          'A WebSub hub sends new posts to feed readers at once. The blog is its own hub unless another is named here.',
        )}
        type="url"
        maxLength={bounds.addressCharsMax}
      />
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
  <li className="account-row">
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
      <Section title="Comments">
        <p>
          <Link to="/moderation/rules">Words and links that are held or rejected</Link>
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
          <ol className="account-list" reversed>
            {loaded.history.map((entry, index) => (
              <EntryRow key={entry.version} entry={entry} loaded={loaded} isNow={index === 0} />
            ))}
          </ol>
        </Section>
      )}
    </>
  )
}
