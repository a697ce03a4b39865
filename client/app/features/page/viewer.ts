import type { Role } from '@logbook/contracts/identity.ts'
import { useRouteLoaderData } from 'react-router'
import type { loader } from '../../root.tsx'

/** The signed-in reader, or null. */
export const useViewer = () => useRouteLoaderData<typeof loader>('root')?.viewer ?? null

/** Who may comment on the blog. */
export const useCommentsFrom = () => useRouteLoaderData<typeof loader>('root')?.commentsFrom ?? 'guests'

/** For how many minutes a comment may be changed. */
export const useEditMinutes = () => useRouteLoaderData<typeof loader>('root')?.editMinutes ?? 0

/** True for roles that write posts. */
export const writes = (role: Role | undefined): boolean => role === 'author' || role === 'owner'

/** True for roles that judge comments. */
export const moderates = (role: Role | undefined): boolean => role === 'moderator' || role === 'owner'
