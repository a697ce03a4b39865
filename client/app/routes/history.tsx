import '../features/history/history.css'
import { Form, Link, useSearchParams } from 'react-router'
import { Difference } from '../features/history/difference.tsx'
import { type Entry, loadHistory, restoreVersion } from '../features/history/history.server.ts'
import { TakenDownState } from '../features/history/taken-down-state.tsx'
import { ToldPages } from '../features/history/told-pages.tsx'
import { VersionPicker } from '../features/history/version-picker.tsx'
import { exactMoment, Moment, useTimeZone } from '../features/page/moment.tsx'
import { NextPage } from '../features/page/next-page.tsx'
import { Failed } from '../features/page/state.tsx'
import { roomMeta } from '../features/page/title.ts'
import { withAsOf } from '../features/past/as-of.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/history'

export const loader = ({ request, context, params: { id } }: Route.LoaderArgs) => {
  viewerWith(request, ['author', 'moderator', 'owner'])
  return loadHistory({ blog: context.get(blogContext), request, id })
}

export const action = async ({ request, context, params: { id } }: Route.ActionArgs) =>
  restoreVersion({ blog: context.get(blogContext), request, id, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ loaderData, matches }) =>
  roomMeta(matches, `History of ${loaderData?.post.title ?? 'a post'}`)

const Entries = ({ entries, shown }: { entries: readonly Entry[]; shown: number }) => {
  const [search] = useSearchParams()
  const cursor = search.get('cursor')
  const hrefOf = ({ version }: Entry) =>
    `?${new URLSearchParams({ ...(cursor ? { cursor } : {}), to: String(version) })}`
  return (
    <ol className="history-list" reversed>
      {entries.map((entry, index) => (
        <li key={entry.version}>
          <Link to={hrefOf(entry)} preventScrollReset aria-current={index === shown ? 'true' : undefined}>
            <Moment at={entry.time} />
            <span>{entry.says}</span>
          </Link>
        </li>
      ))}
    </ol>
  )
}

type Loaded = Route.ComponentProps['loaderData']

const Exact = ({ at }: { at: string }) => <time dateTime={at}>{exactMoment(at, useTimeZone())}</time>

/** By id: the post may have had another address then. */
const AsThen = ({ id, time }: { id: string; time: string }) => (
  <p className="as-then">
    <Link to={withAsOf(`/posts/${id}`, time)}>See it as readers saw it then</Link>
  </p>
)

/** Restoring writes an earlier text again, so that the history keeps what came between. */
const Restore = ({
  post,
  version,
  requestKey,
}: Pick<Loaded, 'post' | 'requestKey'> & { version: number }) => (
  <Form method="post">
    <input type="hidden" name="version" value={post.version} />
    <input type="hidden" name="key" value={requestKey} />
    <button type="submit" name="restore" value={version} className="button second">
      Restore this version
    </button>
  </Form>
)

/** What changed with the version that is shown, and what can be done about it. */
const Compared = ({
  loaded: { post, entries, diff, requestKey },
  place,
  problem,
}: {
  loaded: Loaded & { diff: NonNullable<Loaded['diff']> }
  place: { shown: number; isNewest: boolean; isAlone: boolean }
  /** Why a version was not restored. */
  problem: string | undefined
}) => {
  const { shown, isNewest, isAlone } = place
  return (
    <section className="difference" aria-labelledby="difference-title" aria-live="polite">
      <h2 id="difference-title">
        {diff.from.version === diff.to.version ? 'The first version' : 'What changed'}
      </h2>
      {isAlone ? (
        <p className="quiet">
          Of <Exact at={diff.to.time} />. Nothing has changed since; later changes are compared here.
        </p>
      ) : (
        <p className="quiet">
          From <Exact at={diff.from.time} /> to <Exact at={diff.to.time} />
        </p>
      )}
      {problem === undefined ? null : <Failed>Not restored. {problem}</Failed>}
      {isAlone ? null : <Difference diff={diff} />}
      {entries[shown]?.status === 'published' ? <AsThen id={post.id} time={diff.to.time} /> : null}
      {isNewest || post.isDeleted ? null : (
        <Restore post={post} version={diff.to.version} requestKey={requestKey} />
      )}
    </section>
  )
}

export default function History({ loaderData, actionData }: Route.ComponentProps) {
  const { post, entries, older, diff, takenDown, mentions, to, from } = loaderData
  const [search] = useSearchParams()
  const shown = Math.max(
    0,
    entries.findIndex(({ version }) => version <= to),
  )
  const isNewest = shown === 0 && !search.has('cursor')
  const isAlone = entries.length === 1 && isNewest
  return (
    <>
      <div className="title-row">
        <h1 className="page-title">
          <span className="quiet">History of</span> <bdi>{post.title}</bdi>
        </h1>
        {post.isDeleted ? null : (
          <Link to={`/write/${post.id}`} className="button second">
            Edit
          </Link>
        )}
      </div>
      {isAlone || takenDown?.texts === 'all' ? null : (
        <VersionPicker entries={entries} shown={shown} from={from} cursor={search.get('cursor')} />
      )}
      {diff === null ? (
        <TakenDownState takenDown={takenDown} />
      ) : (
        <Compared
          loaded={{ ...loaderData, diff }}
          place={{ shown, isNewest, isAlone }}
          problem={actionData?.problem}
        />
      )}
      <ToldPages mentions={mentions} />
      <h2 className="page-title">All changes</h2>
      <Entries entries={entries} shown={shown} />
      <NextPage cursor={older} />
    </>
  )
}
