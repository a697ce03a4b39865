import { limits } from '../limits.ts'
import { numberedSlug } from './slug.ts'

interface Wanted {
  /** The wanted slug; it is numbered where it is taken. */
  slug: string
  postId: string
  /** The first number to try. */
  from: number
}

export interface Claim {
  slug: string
  ordinal: number
}

/**
 * Guesses which slug is free, from the slugs in the view and those that this process is about to reserve. Only the log decides; a good
 * guess makes its refusals rare.
 */
export class SlugBook {
  readonly #ownerOf: (slug: string) => string | undefined
  /** Slugs that are not in the view yet, with the post that claims them; null for a slug that the log refused. */
  readonly #claims = new Map<string, string | null>()
  readonly #hints = new Map<string, number>()
  readonly #promises = new Map<string, { wanted: string; slug: string }>()

  constructor({ ownerOf }: { ownerOf: (slug: string) => string | undefined }) {
    this.#ownerOf = ownerOf
  }

  /** Claims the next slug that is free or belongs to this post. No other post gets it until it is released, refused or in the view. */
  claim({ slug, postId, from }: Wanted): Claim {
    // The hint may have moved beyond the promised number.
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

  /** Claims a slug for a post that will be imported later; the same slug each time. */
  promise({ slug, postId }: Pick<Wanted, 'slug' | 'postId'>): string {
    const before = this.#promises.get(postId)
    if (before?.wanted === slug) return before.slug
    const claim = this.claim({ slug, postId, from: this.hint(slug) })
    if (this.#promises.size >= limits.slugPromisesMax) this.#promises.clear()
    this.#promises.set(postId, { wanted: slug, slug: claim.slug })
    return claim.slug
  }

  /** The number at which the search for a free slug starts for a new post. */
  hint(slug: string): number {
    return this.#hints.get(slug) ?? 1
  }

  /** The log has reserved it: all numbers before it are taken too. */
  reserved(slug: string, claim: Claim): void {
    if (this.#hints.size >= limits.slugHintsMax) this.#hints.clear()
    this.#hints.set(slug, Math.max(claim.ordinal, this.hint(slug)))
    if (this.#ownerOf(claim.slug) !== undefined) this.#claims.delete(claim.slug)
  }

  /** The log refused it: another post has it, but the view has not caught up. */
  refused({ slug }: Claim): void {
    if (this.#ownerOf(slug) === undefined) this.#claims.set(slug, null)
    else this.#claims.delete(slug)
  }

  /** It was not used. A promised slug stays claimed. */
  released({ slug }: Claim, postId: string): void {
    if (this.#promises.get(postId)?.slug === slug) return
    if (this.#claims.get(slug) === postId) this.#claims.delete(slug)
  }

  /** The slug is in the view from now on. */
  applied(slug: string): void {
    this.#claims.delete(slug)
  }
}
