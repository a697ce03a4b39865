import type { Viewer } from '../../services/viewer.server.ts'
import { moderates } from '../page/viewer.ts'
import type { ThreadComment } from './thread.ts'

const minuteMs = 60_000

export interface Rights {
  edit: boolean
  remove: boolean
  /** Feature it, quote it beside the post, leave it out of searches. */
  curate: boolean
  /** Hide the name of its author, or show it again. */
  hideName: boolean
  takeDown: boolean
  /** Of its author, who may be somebody else alone: one's own is changed at one's account. */
  removePortrait: boolean
  /** When its time to be edited ends, in ms since 1970; undefined where it may not be edited. */
  editableUntil: number | undefined
}

export interface RightsOf {
  viewer: Viewer | null
  /** The reader wrote the post. */
  isWriter?: boolean
  /** For how long a comment may be changed. */
  editMinutes: number
  /** In ms since 1970. */
  now: number
}

/** What the reader may do with a comment, as far as a page can tell: comments itself decides. */
export const rightsOf = (
  { status, mine = false, createdAt }: ThreadComment,
  { viewer, isWriter = false, editMinutes, now }: RightsOf,
): Rights => {
  const isThere = status !== 'deleted'
  const until = Date.parse(createdAt) + editMinutes * minuteMs
  const edit = isThere && mine && editMinutes > 0 && until > now
  const caresFor = isThere && moderates(viewer?.role)
  // People delete their own at any time, and have their name hidden.
  const remove = edit || (isThere && mine && viewer !== null) || caresFor
  return {
    edit,
    remove,
    takeDown: caresFor,
    removePortrait: caresFor && !mine,
    curate: (caresFor || isWriter) && status === 'approved',
    hideName: remove,
    editableUntil: edit ? until : undefined,
  }
}
