import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, timestamp } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'

const count = z.number().int().min(0).max(bounds.viewsMax)

/** The host of a page that a reader came from: lower case, no port, no address of a machine. */
export const referrerHost = z
  .string()
  .max(bounds.hostCharsMax)
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/, 'must be a host name')

/** What one gateway counted of one post since its day began. `readers`: of those views, by how many browsers. */
const viewedPost = z.object({
  id: entityId,
  views: count,
  readers: count,
  /** Of the readers, those who came from a page on another host. The others came directly, or from a host that is not named. */
  referrers: z.array(z.object({ host: referrerHost, readers: count })).max(bounds.referrersPerPostMax),
})
export type ViewedPost = z.infer<typeof viewedPost>

export const viewsSubject = streamName('views-{day}')

export const figuresEvents = eventsByType(
  /**
   * The counts of one counter: they only rise, so that a later event of the same counter contains the earlier ones, and an event that comes
   * twice changes nothing. A counter is one run of a gateway on one day. The counts of several are added.
   */
  defineEvent('PostViewsCounted', {
    by: ['gateway'],
    stream: onStream(viewsSubject, 'day'),
    summary: 'How often posts were opened so far on a day, as one gateway counted.',
    data: z.object({
      /** By the clock of the gateway, in the time zone of the blog. */
      day: z.iso.date(),
      counter: entityId,
      /** The posts whose counts have changed. */
      posts: z.array(viewedPost).min(1).max(bounds.viewedPostsMax),
      countedAt: timestamp,
    }),
    personal: 'none',
  }),
)
