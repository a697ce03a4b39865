import { bounds } from '@logbook/contracts/bounds.ts'
import { postNumberIn } from '@logbook/contracts/http/address.ts'
import { movedPost } from '@logbook/contracts/http/query.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { toSlug } from '@logbook/importer/fields.ts'
import type { FoundPost, PostsHere } from '@logbook/importer/posts-here.ts'
import { createReader } from '../export/read-pages.ts'
import { ServiceFailed } from '../http/ask.ts'

const pathOf = (address: string): string | undefined => {
  const base = 'http://old.invalid'
  if (!URL.canParse(address, base)) return undefined
  const { pathname, search } = new URL(address, base)
  const number = postNumberIn(search)
  if (number !== undefined && pathname.length < bounds.addressCharsMax / 2) return `${pathname}?p=${number}`
  return pathname.length > bounds.addressCharsMax || /^\/*$/.test(pathname) ? undefined : pathname
}

/** What a path may call its post: `/2015/03/a-walk/` and `/2015-03-01-a-walk.html` end in `a-walk`. */
const slugsOf = (path: string): string[] => {
  const name = path
    .replace(/\?.*$/, '')
    .replace(/\/index\.html?$/i, '')
    .replace(/\/+$/, '')
    .replace(/^.*\//, '')
    .replace(/\.(?:html?|php|aspx?)$/i, '')
  const slugs = [name, name.replace(/^\d{4}-\d\d?-\d\d?-/, '')].map(toSlug)
  return [...new Set(slugs.filter((slug) => slug !== undefined))]
}

/**
 * Asks query at this address, without a closing slash; anyone may. A post is found by its own address here, by a former address, or else by
 * the slug at the end of the address. Throws ServiceFailed.
 */
export const createPostsHere = (queryUrl: string): PostsHere => {
  const { ask } = createReader()
  const at = async (path: string): Promise<FoundPost | undefined> => {
    const answer = await ask(`${queryUrl}${path}`)
    if (answer.status === 404) return undefined
    const found = movedPost.safeParse(parseJson(answer.text))
    if (!found.success) throw new ServiceFailed(`${queryUrl}${path} answered something else than a post`)
    return found.data
  }
  const bySlug = (slug: string) => at(`/posts/${encodeURIComponent(slug)}`)

  const findBy = async (paths: readonly string[]): Promise<FoundPost | undefined> => {
    for (const path of paths) {
      const own = /^\/posts\/[^/]+\/?$/.test(path) ? slugsOf(path)[0] : undefined
      const found =
        (own === undefined ? undefined : await bySlug(own)) ??
        (await at(`/former-addresses?${new URLSearchParams({ path })}`))
      if (found !== undefined) return found
    }
    for (const slug of new Set(paths.flatMap(slugsOf))) {
      const found = await bySlug(slug)
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    find: (addresses) => findBy(addresses.map(pathOf).filter((path) => path !== undefined)),
  }
}
