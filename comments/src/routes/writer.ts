import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Command } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { type CommentState, commentSubject } from '@logbook/contracts/events/comments.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { type BlogSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { type Comment, type CommentEvent, stateOf } from '../domain/comment.ts'
import { type CommentCommand, decide, type ImportedComment } from '../domain/decide.ts'
import { initialPost, type KnownPost, type PostSummaryEvent } from '../domain/post-known.ts'
import type { Threads } from '../read-model/threads.ts'

/** The comment as a command left it. `appended` is false where the command changed nothing. */
export interface Written {
  state: CommentState
  version: number
  position: number
  appended: boolean
}

type NewComment = EventData<'CommentCreated'>

interface WriterOptions {
  comments: CommandHandler<Comment, CommentEvent>
  /** Only read: posts are another service's. Their own streams are asked, since the view here may be behind. */
  posts: Pick<CommandHandler<KnownPost, PostSummaryEvent>, 'load'>
  /** Likewise. A change of them counts from the moment at which it was answered. */
  settings: Pick<CommandHandler<BlogSettings, LogbookEvent<'BlogSettingsChanged'>>, 'load'>
  /** The view, which may be behind. */
  threads: Pick<Threads, 'postStatus' | 'postOf'>
}

export type Writer = ReturnType<typeof createWriter>

/** Throws `invalid` for a post under which no comment can be imported. */
const mustTakeImports = async (
  postId: string,
  { posts, threads }: Pick<WriterOptions, 'posts' | 'threads'>,
): Promise<void> => {
  // A post that was deleted a moment ago has its comments imported, and shows none of them.
  const seen = threads.postStatus(postId)
  if (seen === 'published' || seen === 'draft') return
  const { state: post } = await posts.load(postSubject(postId))
  if (post.status === 'unknown') throw invalid('postKey', 'there is no such post')
  if (post.status === 'deleted') throw invalid('postKey', 'that post was deleted')
}

const bringing = (imported: ImportedComment, { ids, ...cause }: Cause & { ids: Ids }) => {
  const id = ids.next()
  return {
    ...{ ...cause, id, subject: commentSubject(imported.comment.id) },
    decide: (before: Comment) => decide(before, { kind: 'import', cause: id, ...imported }),
  }
}

/** Carries commands out, and asks the log what only other streams know: the post and the comment that a new one answers. */
export const createWriter = ({ comments, posts, settings, threads }: WriterOptions) => {
  const elsewhere = { posts, threads }
  const write = async (
    id: string,
    command: CommentCommand,
    given: Command & { isNew?: boolean },
  ): Promise<Written> => {
    let appended = false
    const { state, version, position } = await comments.handle({
      ...given,
      subject: commentSubject(id),
      decide: (comment) => {
        const events = decide(comment, command)
        appended = events.length > 0
        return events
      },
    })
    const known = stateOf(state)
    if (known === undefined) throw new Problem('internal', { detail: 'A command left no comment behind.' })
    return { state: known, version, position, appended }
  }

  const parentOf = async ({ parentId, postId }: NewComment): Promise<Comment | undefined> => {
    if (parentId === null) return undefined
    const { state } = await comments.load(commentSubject(parentId))
    if (state.status === 'absent') throw invalid('parentId', 'there is no such comment')
    if (state.postId !== postId) throw invalid('parentId', 'that comment stands under another post')
    return state
  }

  /** Parents that are among the comments themselves, or in the view, need no look at the log. */
  const parentsElsewhere = (imported: readonly NewComment[]): NewComment[] => {
    const before = new Map<string, string>()
    return imported.filter(({ id, postId, parentId }) => {
      before.set(id, postId)
      if (parentId === null || parentId === id) return parentId === id
      if (before.get(parentId) === postId) return false
      // The post of a comment never changes.
      return threads.postOf(parentId) !== postId
    })
  }

  /** The post that a comment stands under, from its stream. */
  const postOf = async (id: string): Promise<KnownPost> => {
    const { state } = await comments.load(commentSubject(id))
    return state.status === 'absent' ? initialPost : (await posts.load(postSubject(state.postId))).state
  }

  const settingsNow = async (): Promise<BlogSettings> => (await settings.load(settingsSubject)).state

  return {
    write,
    postOf,
    settingsNow,
    /**
     * A reader's comment. Throws `forbidden` where the settings say so, `not-found` where readers see no such post, `comments-closed` where it
     * takes none, `invalid` for a parent that can't be answered. A retry gets the first answer, whatever has changed since.
     */
    async comment(comment: NewComment, caller: Caller, given: Command): Promise<Written> {
      const [settings, { state: post }, parent] = await Promise.all([
        settingsNow(),
        posts.load(postSubject(comment.postId)),
        parentOf(comment),
      ])
      const by = { caller, settings, post, parent }
      return write(comment.id, { kind: 'create', comment, by }, { ...given, isNew: true })
    },
    /** A comment from elsewhere: under a draft too, and below one that was deleted here. */
    async importComment(imported: ImportedComment, given: Command): Promise<Written> {
      const { comment } = imported
      await mustTakeImports(comment.postId, elsewhere)
      await parentOf(comment)
      return write(comment.id, { kind: 'import', cause: given.id, ...imported }, given)
    },
    /** The same for comments that are all new, in one append and in this order. Throws, and creates none, where one of them exists or can't come. */
    async importComments(imported: readonly ImportedComment[], given: Cause & { ids: Ids }): Promise<void> {
      const all = imported.map(({ comment }) => comment)
      const postIds = new Set(all.map(({ postId }) => postId))
      await Promise.all([...postIds].map((postId) => mustTakeImports(postId, elsewhere)))
      await Promise.all(parentsElsewhere(all).map(parentOf))
      await comments.beginAll(imported.map((each) => bringing(each, given)))
    },
  }
}
