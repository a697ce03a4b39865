import { setImmediate as afterIo } from 'node:timers/promises'
import { type Figures, figuresLimits } from '@logbook/contracts/http/figures.ts'
import { limits } from '../limits.ts'
import type { FiguresProjection } from '../projections/figures.ts'

interface Wanted {
  days: readonly string[]
  /** Whose posts; null for everyone's. */
  personId: string | null
  /** Null for all posts. */
  postId: string | null
  /** The view that answers now: another one may take its place meanwhile. */
  projection: () => Pick<FiguresProjection, 'ofDay' | 'post'>
}

type Sums = Pick<Figures, 'views' | 'readers' | 'days' | 'posts' | 'referrers'>

/** The posts that the figures are of, by id, each looked up once. */
const createPosts = ({ personId, projection }: Wanted) => {
  const posts = new Map<string, Figures['posts'][number] | null>()
  return {
    /** Null for a post that is not published, or not theirs. */
    of(id: string) {
      const known = posts.get(id)
      if (known !== undefined) return known
      const named = projection().post(id, personId)
      const post = named === undefined ? null : { ...named, views: 0, readers: 0 }
      posts.set(id, post)
      return post
    },
    opened: () => [...posts.values()].filter((post) => post !== null && post.views > 0) as Figures['posts'],
  }
}

const byReaders = (one: { readers: number }, other: { readers: number }): number =>
  other.readers - one.readers

const byText = (one: string, other: string): number => (one < other ? -1 : 1)

/** The figures of some days, which are read a few at a time: other requests run in between. */
export const sumFigures = async (wanted: Wanted): Promise<Sums> => {
  const posts = createPosts(wanted)
  const hosts = new Map<string, number>()
  const days: Figures['days'] = []
  for (const [index, day] of wanted.days.entries()) {
    if (index % limits.figureDaysAtOnce === limits.figureDaysAtOnce - 1) await afterIo()
    const counted = wanted.projection().ofDay(day, wanted.postId)
    const sum = { day, views: 0, readers: 0 }
    for (const { postId, views, readers } of counted.views) {
      const post = posts.of(postId)
      if (post === null) continue
      for (const each of [sum, post]) {
        each.views += views
        each.readers += readers
      }
    }
    for (const { postId, host, readers } of counted.referrers)
      if (posts.of(postId) !== null) hosts.set(host, (hosts.get(host) ?? 0) + readers)
    days.push(sum)
  }
  return {
    views: days.reduce((total, { views }) => total + views, 0),
    readers: days.reduce((total, { readers }) => total + readers, 0),
    days,
    posts: posts
      .opened()
      .sort((one, other) => byReaders(one, other) || other.views - one.views || byText(one.id, other.id))
      .slice(0, figuresLimits.postsMax),
    referrers: [...hosts]
      .map(([host, readers]) => ({ host, readers }))
      .filter(({ readers }) => readers >= figuresLimits.namedReadersMin)
      .sort((one, other) => byReaders(one, other) || byText(one.host, other.host))
      .slice(0, figuresLimits.referrersMax),
  }
}
