import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { line, timestamp, webAddress } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName, type Upcast } from './define.ts'
import { doer, personalDoer } from './doer.ts'
import { isFields, lift } from './older-shapes.ts'
import { pictureAddress } from './posts.ts'

/** Who may comment and vote: also guests, only people with an account, or no one. */
export const commentsFrom = ['guests', 'members', 'nobody'] as const
export type CommentsFrom = (typeof commentsFrom)[number]

const pathHere = z
  .string()
  .max(bounds.navigationAddressCharsMax)
  .regex(/^\/(?![/\\])[^\s<>"\\\p{Cc}\p{Cs}]*$/u)

/** A page of this blog, by its path with query and fragment, or anything else on the web. */
const navigationAddress = z.union(
  [webAddress.max(bounds.navigationAddressCharsMax).regex(/^[^\s\p{Cc}\p{Cs}]*$/u), pathHere],
  `must be a path of this blog that begins with one slash, or a web address (https://…), of at most ${bounds.navigationAddressCharsMax} characters`,
)

/** One link of the header. */
export const navigationEntry = z.object({
  label: line({ charsMin: 1, charsMax: bounds.navigationLabelCharsMax }),
  address: navigationAddress,
})
export type NavigationEntry = z.infer<typeof navigationEntry>

/**
 * What an owner decides about the blog as a whole. Names of languages and time zones have their form here and no more: which of them
 * there are differs from one machine to the next, and an event must be readable on each. `http/settings.ts` asks for known ones.
 */
export const blogSettings = z.object({
  title: line({ charsMin: 1, charsMax: bounds.blogTitleCharsMax }),
  /** What the blog is about, in one line; empty for none. */
  description: line({ charsMax: bounds.blogDescriptionCharsMax }),
  /** The language that the texts are in, as BCP 47 writes it: `en`, `pt-BR`. */
  language: z
    .string()
    .max(bounds.languageCharsMax)
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as en or pt-BR'),
  /** Whose days and months the dates, the archive and the feeds count, by its IANA name: `Europe/Berlin`. */
  timeZone: z
    .string()
    .max(bounds.timeZoneCharsMax)
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/, 'must be a time zone such as Europe/Berlin'),
  commentsFrom: z.enum(commentsFrom),
  /** For how many minutes after it was written the text of a comment may be changed by its writer; 0 for never. */
  editMinutes: z.number().int().min(0).max(bounds.editMinutesMax),
  /** Whether views of posts are counted. See `figures.ts`. */
  countViews: z.boolean(),
  /** Pages elsewhere may mention posts, and posts tell the pages that they link to (Webmention). */
  mentions: z.boolean(),
  /** The hub that is told of changed feeds, and that readers subscribe to them at (WebSub). Null for none. */
  hub: webAddress.max(bounds.addressCharsMax).nullable(),
  /** The links in the header of every page, in their order. */
  navigation: z
    .array(navigationEntry)
    .max(bounds.navigationEntriesMax, `must have at most ${bounds.navigationEntriesMax} entries`),
  /** The colour of links and buttons as it was chosen; each theme shows it as light or dark as can be read. Null for Logbook's own. */
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as #2f6f4f')
    .nullable(),
  /** The picture that browsers show beside the title, by its address. Null for Logbook's own. */
  icon: pictureAddress.nullable(),
})
export type BlogSettings = z.infer<typeof blogSettings>

/** The names of the settings, in the order in which they are shown. */
export const blogSettingNames = Object.keys(blogSettings.shape) as (keyof BlogSettings)[]

/** A step for the settings of the blog: what counted where an event is older than a setting. */
const withSettings = (initial: Partial<BlogSettings>): Upcast =>
  lift((data) => (isFields(data.settings) ? { ...data, settings: { ...initial, ...data.settings } } : data))

/** There is one blog, hence one stream. */
export const settingsSubject = 'blog-settings'

export const settingsEvents = eventsByType(
  defineEvent('BlogSettingsChanged', {
    by: ['posts'],
    stream: onStream(streamName(settingsSubject)),
    summary: 'All settings of the blog from now on, and who changed them.',
    data: z.object({ settings: blogSettings, changedAt: timestamp, by: doer.nullable() }),
    personal: personalDoer,
    upcasts: [
      withSettings({ commentsFrom: 'guests', editMinutes: 15 }),
      withSettings({ navigation: [] }),
      withSettings({ accent: null, icon: null }),
      withSettings({ countViews: true }),
      withSettings({ mentions: true, hub: null }),
    ],
  }),
)

/** The fold of the settings: an event holds them all. */
export const evolveSettings = (
  _before: BlogSettings,
  { data }: { data: { settings: BlogSettings } },
): BlogSettings => data.settings

/** The variables that say what counts until the settings are changed for the first time. All services that are told of one read it alike. */
export const initialVariables = {
  BLOG_TITLE: z
    .string()
    .trim()
    .min(1)
    .max(bounds.blogTitleCharsMax)
    .default('Logbook')
    .describe('What the blog is called until its settings are changed.'),
  COMMENTS_FROM: z
    .enum(commentsFrom)
    .default('guests')
    .describe('Who may comment until the settings are changed: `guests`, `members`, `nobody`.'),
}
export type InitialVariables = z.output<z.ZodObject<typeof initialVariables>>

/** What counts until the settings are changed for the first time. */
export const initialSettings = ({
  BLOG_TITLE,
  COMMENTS_FROM,
}: Partial<InitialVariables> = {}): BlogSettings => ({
  title: BLOG_TITLE ?? 'Logbook',
  description: '',
  language: 'en',
  timeZone: 'UTC',
  commentsFrom: COMMENTS_FROM ?? 'guests',
  editMinutes: 15,
  countViews: true,
  mentions: true,
  hub: null,
  navigation: [],
  accent: null,
  icon: null,
})
