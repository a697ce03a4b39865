import '../accounts/accounts.css'
import { bounds } from '@logbook/contracts/bounds.ts'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { names } from '../settings/words.ts'
import type { loadBeginning } from './begin.server.ts'

type Loaded = Awaited<ReturnType<typeof loadBeginning>>

/** The time zone of the browser, put into the field until the person types there. */
const useGuessedTimeZone = ({ timeZones, timeZone }: Loaded, isAnswered: boolean) => {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const guessed = Intl.DateTimeFormat().resolvedOptions().timeZone
    const input = field.current
    if (input && !isAnswered && input.value === timeZone && timeZones.includes(guessed)) input.value = guessed
  }, [timeZones, timeZone, isAnswered])
  return field
}

const Fields = ({ loaded, answer }: { loaded: Loaded; answer: FormAnswer | undefined }) => {
  const timeZone = useGuessedTimeZone(loaded, answer !== undefined)
  return (
    <>
      <Field
        name="title"
        label={names.title}
        answer={answer}
        defaultValue={loaded.title}
        hint="The name of the blog, at the top of every page."
        required
        maxLength={bounds.blogTitleCharsMax}
      />
      <Field
        name="description"
        label={names.description}
        answer={answer}
        hint="What it is about, in one line. Optional."
        maxLength={bounds.blogDescriptionCharsMax}
      />
      <Field
        name="timeZone"
        label={names.timeZone}
        answer={answer}
        defaultValue={loaded.timeZone}
        hint="Such as Europe/Berlin. Used for all dates."
        required
        list="time-zones"
        maxLength={bounds.timeZoneCharsMax}
        ref={timeZone}
      />
      <datalist id="time-zones">
        {loaded.timeZones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field
        name="language"
        label={names.language}
        answer={answer}
        defaultValue={loaded.language}
        hint="As a tag, such as en, de or pt-BR."
        required
        maxLength={bounds.languageCharsMax}
      />
    </>
  )
}

/** The second page of a new blog, after its owner has an account. */
export const Begin = ({ loaded, answer }: { loaded: Loaded; answer: FormAnswer | undefined }) => (
  <>
    <h1 className="page-title">What is your blog called?</h1>
    <form method="post" action="/begin" className="account-form">
      <Outcome answer={answer} />
      <input type="hidden" name="key" value={loaded.requestKey} />
      <Fields loaded={loaded} answer={answer} />
      <p className="hint">
        You write as <bdi>{loaded.name}</bdi>. All of this can be changed later, at Settings and at your
        account.
      </p>
      <div className="form-row">
        <button type="submit" name="intent" value="write" className="button">
          Write the first post
        </button>
        <button type="submit" name="intent" value="import" className="button second">
          Import a blog
        </button>
        <Link to="/write" className="plain">
          Not now
        </Link>
      </div>
    </form>
  </>
)

/** How a blog comes here from elsewhere. */
export const BringBlog = () => (
  <>
    <h1 className="page-title">Import a blog</h1>
    <div className="bring">
      <p>Where this blog runs, in its folder and while it runs:</p>
      <pre>
        <code>npm run import -- &lt;export file or folder&gt;</code>
      </pre>
      <p>
        It reads an export of WordPress (XML), Ghost (JSON) or Disqus (XML), a Jekyll folder, a Hugo site, and
        what <code>npm run export</code> wrote. Posts, pages, drafts and comments keep their dates and
        authors. Pictures come along: from the folder, or from the address of the old blog, which must still
        be online. Items that cannot be imported are listed. A second run changes nothing, and{' '}
        <code>--dry-run</code> only reports what would be imported.
      </p>
      <p>From another machine, with an API token that you make at your account:</p>
      <pre>
        <code>
          LOGBOOK_TOKEN=lb_… npm run import -- <span>--url</span> &lt;address of this blog&gt; &lt;export file
          or folder&gt;
        </code>
      </pre>
      <p>Then look at Settings: it names the pages that are not in the header yet.</p>
      <p className="form-row">
        <Link to="/settings" className="button second">
          Settings
        </Link>
        <Link to="/account" className="button second">
          Your account
        </Link>
        <Link to="/write" className="plain">
          Write a post
        </Link>
      </p>
    </div>
  </>
)
