import { isDeepStrictEqual } from 'node:util'
import { type BlogSettings, blogSettingNames, initialSettings } from '@logbook/contracts/events/settings.ts'
import { type PutSettings, putSettings, type SettingsHistoryEntry } from '@logbook/contracts/http/settings.ts'
import { ada } from './fake-accounts.ts'
import { problem } from './fake-comments.ts'
import type { Asked, Reply } from './fake-services.ts'
import { minutesAgo } from './sample-blog.ts'

/** The settings as posts and query answer them, from memory. */
export const createFakeSettings = ({
  move,
  state,
  onChange,
}: {
  move: () => number
  /** The state of the view. */
  state: () => string
  onChange: () => void
}) => {
  let settings: BlogSettings = initialSettings({ BLOG_TITLE: 'Logbook of Ada' })
  const history: SettingsHistoryEntry[] = []

  const change = (wanted: PutSettings): void => {
    const before = settings
    const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
    settings = { ...settings, ...Object.fromEntries(named) }
    const changed = blogSettingNames.filter((name) => !isDeepStrictEqual(before[name], settings[name]))
    onChange()
    const by = { id: ada.id, name: ada.name }
    history.unshift({ version: history.length + 1, changedAt: minutesAgo(0), by, changed, settings })
  }

  const put = ({ headers, body }: Asked): Reply => {
    const read = putSettings.safeParse(body)
    if (!read.success) {
      const errors = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
      return problem(422, 'invalid', { errors })
    }
    if (headers['if-match'] !== `"${history.length}"`) return problem(412, 'precondition-failed')
    change(read.data)
    return { headers: { Position: String(move()), ETag: `"${history.length}"` }, body: settings }
  }

  return {
    /** As in a new blog. */
    forget(): void {
      settings = initialSettings({ BLOG_TITLE: 'Logbook of Ada' })
      history.length = 0
    },
    /** As another owner would, elsewhere. */
    change: (changes: Partial<BlogSettings>) => change({ ...settings, ...changes }),
    ofQuery: (): Reply => ({
      headers: { ETag: `"settings-${history.length}"`, 'View-State': state() },
      body: { ...settings, version: history.length },
    }),
    ofPosts(asked: Asked): Reply {
      if (asked.method === 'PUT') return put(asked)
      if (!asked.url.pathname.endsWith('/history'))
        return { headers: { ETag: `"${history.length}"` }, body: settings }
      const before = Number(asked.url.searchParams.get('cursor') ?? Number.MAX_SAFE_INTEGER)
      const limit = Number(asked.url.searchParams.get('limit'))
      return { body: history.filter(({ version }) => version < before).slice(0, limit) }
    },
  }
}
