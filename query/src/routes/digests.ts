import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { RelatedPost } from '@logbook/contracts/http/query.ts'
import { mondayOf } from '@logbook/contracts/week.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { isEmptyDigest, shownDigests } from '../pages/digest.ts'
import type { Projections } from '../projections/all.ts'
import type { PostRow } from '../projections/post-rows.ts'
import type { PreparedPages } from './prepared-page.ts'

interface DigestsOptions {
  page: PreparedPages
  projections: () => Projections
  renderer: Renderer
  related: (row: PostRow) => readonly RelatedPost[]
}

/** The digests of past weeks. */
export const digests = ({ page, projections, renderer, related }: DigestsOptions) => {
  const source = { rows: projections, renderer, related }
  return handlersOf(queryEndpoints)({
    'GET /digests': page('GET /digests', async ({ query: { limit, cursor }, asOf }) => {
      const issued = projections().digests.latest({ before: cursor, limit: limit + 1, asOf })
      const shown = await shownDigests(source, issued.slice(0, limit), asOf)
      const last = issued.length > limit ? issued[limit - 1]?.week : undefined
      return {
        text: JSON.stringify(shown.filter((digest) => !isEmptyDigest(digest))),
        subject: 'lists',
        next: last === undefined ? undefined : { cursor: last },
      }
    }),
    'GET /digests/:week': page('GET /digests/:week', async ({ params: { week }, asOf }) => {
      const issued = projections().digests.one(mondayOf(week) ?? '', asOf)
      if (issued === undefined) throw notFound(`digest ${week}`)
      const [shown] = await shownDigests(source, [issued], asOf)
      return { text: JSON.stringify(shown), subject: 'lists' }
    }),
  })
}
