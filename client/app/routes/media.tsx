import '../features/writing/writing.css'
import { mediaKinds, mediaStates } from '@logbook/contracts/media-kinds.ts'
import { type ClientLoaderFunctionArgs, data, Form } from 'react-router'
import { media, Refusal } from '../features/media/api.ts'
import { Library } from '../features/media/library.tsx'
import { NextPage } from '../features/page/next-page.tsx'
import { Notice } from '../features/page/notice.tsx'
import { pageTitle } from '../features/page/title.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/media'

const perPage = 50

/** The browser asks for the list: it has all that this page does. */
export const loader = ({ request }: Route.LoaderArgs) => {
  viewerWith(request, ['author', 'owner'])
  return null
}

export const clientLoader = async ({ request }: ClientLoaderFunctionArgs) => {
  const asked = new URL(request.url).searchParams
  const query = new URLSearchParams({ limit: String(perPage) })
  for (const name of ['q', 'state', 'kind', 'unused', 'cursor']) {
    const value = asked.get(name)
    if (value) query.set(name, value)
  }
  const found = await media.list(query, request.signal).catch((error: unknown) => {
    throw data(null, { status: error instanceof Refusal ? error.status : 503 })
  })
  return {
    ...found,
    q: asked.get('q') ?? '',
    state: asked.get('state') ?? '',
    kind: asked.get('kind') ?? '',
    isUnused: asked.get('unused') === 'true',
  }
}
clientLoader.hydrate = true as const

export const HydrateFallback = () => (
  <Notice title="Pictures and files">
    <p className="scripted">Loading …</p>
    <p className="unscripted">This page needs JavaScript.</p>
  </Notice>
)

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Pictures and files') }]

export default function Media({ loaderData }: Route.ComponentProps) {
  const {
    media: shown,
    older,
    q,
    state,
    kind,
    isUnused,
  } = loaderData as Awaited<ReturnType<typeof clientLoader>>
  return (
    <>
      <h1 className="page-title">Pictures and files</h1>
      <Form method="get" className="media-search" role="search" aria-label="Pictures and files">
        <label className="field">
          Name or description
          <input type="search" name="q" defaultValue={q} dir="auto" />
        </label>
        <label className="field">
          State
          <select name="state" defaultValue={state}>
            <option value="">any</option>
            {mediaStates.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Kind
          <select name="kind" defaultValue={kind}>
            <option value="">any</option>
            {mediaKinds.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" name="unused" value="true" defaultChecked={isUnused} /> in no post
        </label>
        <button type="submit" className="button second">
          Filter
        </button>
      </Form>
      <Library
        key={`${q} ${state} ${kind} ${isUnused}`}
        shown={shown}
        isFiltered={q !== '' || state !== '' || kind !== '' || isUnused}
      />
      <NextPage query={{ q, state, kind, ...(isUnused ? { unused: 'true' } : {}) }} cursor={older} />
    </>
  )
}
