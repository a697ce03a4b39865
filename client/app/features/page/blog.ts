import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { useRouteLoaderData } from 'react-router'
import type { Viewer } from '../../services/viewer.server.ts'
import type { Theme } from './theme.ts'

/** What every page knows of the blog and of who looks at it. */
export interface BlogData
  extends Pick<
    BlogSettings,
    | 'title'
    | 'description'
    | 'language'
    | 'timeZone'
    | 'navigation'
    | 'accent'
    | 'icon'
    | 'commentsFrom'
    | 'editMinutes'
  > {
  publicUrl: string
  /** Names what the page for no connection is like. */
  offlineDigest: string
  theme: Theme | undefined
  viewer: Viewer | null
}

/** Undefined where the page could not be made, as on a page of an error. */
export const useBlog = () => useRouteLoaderData<() => Promise<BlogData>>('root')
