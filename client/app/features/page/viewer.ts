import type { Role } from '@logbook/contracts/identity.ts'
import { useBlog } from './blog.ts'

/** The signed-in reader, or null. */
export const useViewer = () => useBlog()?.viewer ?? null

/** Who may comment on the blog. */
export const useCommentsFrom = () => useBlog()?.commentsFrom ?? 'guests'

/** For how many minutes a comment may be changed. */
export const useEditMinutes = () => useBlog()?.editMinutes ?? 0

/** True for roles that write posts. */
export const writes = (role: Role | undefined): boolean => role === 'author' || role === 'owner'

/** True for roles that judge comments. */
export const moderates = (role: Role | undefined): boolean => role === 'moderator' || role === 'owner'
