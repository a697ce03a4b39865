import { roomFor } from '@logbook/chassis/cache-room.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { headOf } from '../pages/post-head.ts'
import type { Projections } from '../projections/all.ts'
import type { PostRow } from '../projections/post-rows.ts'
import type { Acts } from '../projections/readers.ts'
import type { Search } from '../search/search.ts'
import { type Alike, createAlikePosts } from './alike.ts'
import { type InCommon, reasonOf } from './reasons.ts'

const { related: bounds } = limits

interface RelatedOptions {
  projections: Pick<Projections, 'posts' | 'readers'>
  topics: Search['topics']
  /** The language of the blog, as BCP 47 writes it. */
  language: () => string
}

const none: InCommon = { words: [], people: 0, writers: 0 }

/** What people in common add to the similarity of texts. */
const weightOf = (people: number): number => (bounds.peopleWeight * people) / (people + bounds.peopleHalf)

export type Related = ReturnType<typeof createRelated>

/**
 * The related posts of a post, by text and by people in common: a pure function of the present rows and of the search index. The work is
 * bounded, and no more than `limits.related.max` posts come out.
 */
export const createRelated = ({ projections, topics, language }: RelatedOptions) => {
  const { posts, readers } = projections
  const alikePosts = createAlikePosts(topics, language)
  const known = new LRUCache<string, Acts>(roomFor(limits.relatedPeopleMax))

  const actsOf = (personId: string): Acts => {
    const acts = known.get(personId) ?? readers.actsOf(personId)
    known.set(personId, acts)
    return acts
  }

  /** The index may be behind the rows, and then it has the words of another text. */
  const isIndexed = ({ id, version }: PostRow): boolean => topics.versionOf(id) === version

  /** Posts with enough people who took part there and below this post, without the authors of the two. */
  const peopleOf = (postId: string): Map<string, Pick<InCommon, 'people' | 'writers'>> => {
    const met = new Map<string, Map<string, boolean>>()
    const author = readers.authorOf(postId)
    for (const person of readers.of(postId)) {
      const acts = actsOf(person)
      const here = acts.get(postId)
      if (here === undefined || person === author) continue
      for (const [id, there] of acts) {
        const others = met.get(id) ?? new Map<string, boolean>()
        met.set(id, others.set(person, here === 'commented' && there === 'commented'))
      }
    }
    met.delete(postId)
    const counts = new Map<string, Pick<InCommon, 'people' | 'writers'>>()
    for (const [id, others] of met) {
      if (others.size < bounds.peopleMin) continue
      others.delete(readers.authorOf(id) ?? '')
      const writers = [...others.values()].filter(Boolean).length
      if (others.size >= bounds.peopleMin) counts.set(id, { people: others.size, writers })
    }
    return counts
  }

  const candidatesFor = (post: PostRow): Map<string, InCommon & { score: number }> => {
    const alike = isIndexed(post) ? alikePosts.to(post.id) : []
    const byText = new Map<string, Alike>(alike.map((each) => [each.id, each]))
    const byPeople = peopleOf(post.id)
    return new Map(
      [...new Set([...byText.keys(), ...byPeople.keys()])].map((id) => {
        const { similarity = 0, words = [] } = byText.get(id) ?? {}
        const common = { ...none, ...byPeople.get(id), words }
        return [id, { ...common, score: similarity + weightOf(common.people) }]
      }),
    )
  }

  return {
    /** The most related first; among equals the later one, by its id. */
    of(post: PostRow): RelatedPost[] {
      if (headOf(post).kind !== 'post') return []
      const found: RelatedPost[] = []
      const ranked = [...candidatesFor(post)].sort(
        ([one, { score }], [other, { score: otherScore }]) => otherScore - score || (one > other ? -1 : 1),
      )
      for (const [id, common] of ranked) {
        if (found.length === bounds.max) break
        const row = posts.byId(id)
        if (row === undefined) continue
        const { kind, title } = headOf(row)
        const reason = reasonOf(isIndexed(row) ? common : { ...common, words: [] })
        if (kind === 'post' && reason !== undefined) found.push({ slug: row.slug, title, reason })
      }
      return found
    },
    /** Posts whose related posts may change when a person has acted: those of the acts before and now. */
    affectedBy(personId: string): string[] {
      const before = known.get(personId)
      known.delete(personId)
      return [...new Set([...(before?.keys() ?? []), ...actsOf(personId).keys()])]
    },
    /** Forgets what it read: posts or accounts have changed. */
    forget(): void {
      known.clear()
      alikePosts.forget()
    },
  }
}
