import { limits } from '../limits.ts'
import { numberedSlug } from './slug.ts'

interface Wanted {
  /** The slug to be had, or the one to be numbered. */
  slug: string
  postId: string
  /** The first number to look at. */
  from: number
}

export interface Claim {
  slug: string
  ordinal: number
}

/**
 * Guesses which slug is free, so that the log, which alone decides, seldom has to refuse: from the slugs that the view knows,
 * and from those that this process is about to reserve.
 */
export class SlugBook {
  readonly #ownerOf: (slug: string) => string | undefined
  /** Slugs that the view does not know yet, with the post that is to have them; null for one that the log refused. */
  readonly #claims = new Map<string, string | null>()
  readonly #hints = new Map<string, number>()
  readonly #promises = new Map<string, { wanted: string; slug: string }>()

  constructor({ ownerOf }: { ownerOf: (slug: string) => string | undefined }) {
    this.#ownerOf = ownerOf
  }

  /** The next slug that is free or the post's own. Nobody else gets it until it is released, refused or in the view. */
  claim({ slug, postId, from }: Wanted): Claim {
    // Others of this name may have come since, and the hint be beyond it.
    if (this.#promises.get(postId)?.slug === slug && this.#claims.get(slug) === postId)
      return { slug, ordinal: 1 }
    for (let ordinal = from; ; ordinal++) {
      const numbered = numberedSlug(slug, ordinal)
      const claimant = this.#claims.get(numbered)
      const owner = claimant === undefined ? this.#ownerOf(numbered) : claimant
      if (owner !== undefined && owner !== postId) continue
      if (owner === undefined) this.#claims.set(numbered, postId)
      return { slug: numbered, ordinal }
    }
  }

  /** The slug that a post will get which comes later; the same each time. */
  promise({ slug, postId }: Pick<Wanted, 'slug' | 'postId'>): string {
    const before = this.#promises.get(postId)
    if (before?.wanted === slug) return before.slug
    const claim = this.claim({ slug, postId, from: this.hint(slug) })
    if (this.#promises.size >= limits.slugPromisesMax) this.#promises.clear()
    this.#promises.set(postId, { wanted: slug, slug: claim.slug })
    return claim.slug
  }

  /** Where to begin looking on behalf of a new post. */
  hint(slug: string): number {
    return this.#hints.get(slug) ?? 1
  }

  /** The log has reserved it, and the numbers before it with it. */
  had(slug: string, claim: Claim): void {
    if (this.#hints.size >= limits.slugHintsMax) this.#hints.clear()
    this.#hints.set(slug, Math.max(claim.ordinal, this.hint(slug)))
    if (this.#ownerOf(claim.slug) !== undefined) this.#claims.delete(claim.slug)
  }

  /** The log refused it: another post has it, although the view does not know that yet. */
  refused({ slug }: Claim): void {
    if (this.#ownerOf(slug) === undefined) this.#claims.set(slug, null)
    else this.#claims.delete(slug)
  }

  /** It was not needed after all. What was promised stays the post's. */
  released({ slug }: Claim, postId: string): void {
    if (this.#promises.get(postId)?.slug === slug) return
    if (this.#claims.get(slug) === postId) this.#claims.delete(slug)
  }

  /** The view knows it from now on. */
  known(slug: string): void {
    this.#claims.delete(slug)
  }
}
