import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { erasureTables } from '@logbook/chassis/follow/erasures.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { archiveProjection } from './archive.ts'
import { authorsProjection } from './authors.ts'
import { commentsProjection, commentTables } from './comments.ts'
import { digestsProjection, digestTables } from './digests.ts'
import { type Erased, personEraser } from './erase-person.ts'
import { figuresProjection, figuresTables } from './figures.ts'
import { formerAddressesProjection, formerAddressTables } from './former-addresses.ts'
import { neighboursProjection } from './neighbours.ts'
import { ownCommentsProjection, ownTables } from './own-comments.ts'
import { pickedProjection } from './picked.ts'
import { portraitsProjection, portraitTables } from './portraits.ts'
import { type PostEvent, postsProjection, postTables } from './posts.ts'
import { memberTables, readersProjection } from './readers.ts'
import { settingsProjection, settingsTables } from './settings.ts'
import { tagsProjection, tagTables } from './tags.ts'
import { type TakeDownEvent, textRemover } from './take-down.ts'
import { timesProjection, timeTables } from './times.ts'
import type { Touched } from './touched.ts'
import { isVote, votesProjection, voteTables } from './votes.ts'

export const migrations = [
  followerTables,
  erasureTables,
  timeTables,
  postTables,
  tagTables,
  formerAddressTables,
  commentTables,
  ownTables,
  voteTables,
  memberTables,
  settingsTables,
  portraitTables,
  figuresTables,
  digestTables,
] as const

/**
 * Raise it whenever the same events lead to other rows than before, in the search index too. The next start then rebuilds the view beside
 * the old one, which answers until the new one has caught up.
 */
export const projectionsVersion = 20

/** Summaries, and among the facts votes and who has an account: a new fact or rule of another service needs no change here. */
export const appliedTypes = [
  'PostCreated',
  'PostUpdated',
  'CommentCreated',
  'CommentUpdated',
  'CommentUpvoted',
  'CommentDownvoted',
  'CommentVoteWithdrawn',
  'PostTakenDown',
  'CommentTakenDown',
  'BlogSettingsChanged',
  'UserPictured',
  'PostViewsCounted',
  'UserRegistered',
  'DigestIssued',
] as const satisfies readonly EventType[]

export type Projections = ReturnType<typeof createProjections>

const projectionsOf = (db: Database) => ({
  posts: postsProjection(db),
  tags: tagsProjection(db),
  formerAddresses: formerAddressesProjection(db),
  comments: commentsProjection(db),
  picked: pickedProjection(db),
  ownComments: ownCommentsProjection(db),
  votes: votesProjection(db),
  readers: readersProjection(db),
  times: timesProjection(db),
  archive: archiveProjection(db),
  authors: authorsProjection(db),
  settings: settingsProjection(db),
  digests: digestsProjection(db),
  figures: figuresProjection(db),
  neighbours: neighboursProjection(db),
  portraits: portraitsProjection(db),
})

/** All projections of one file. */
export const createProjections = (db: Database) => {
  const projections = projectionsOf(db)
  const { posts, tags, formerAddresses, comments, votes, readers, times } = projections
  const erase = personEraser(db)
  const removeTexts = textRemover(db)

  const applyPost = (event: PostEvent): Touched | undefined => {
    if (!posts.apply(event)) return undefined
    tags.apply(event)
    formerAddresses.apply(event)
    return { postId: event.data.id }
  }

  return {
    ...projections,
    begin(): void {
      times.begin()
      comments.begin()
    },
    /**
     * Takes what an event says, if it is newer than what is known. Total: posts and
     * parents may be unknown, orders odd; nothing throws, and a second time changes nothing. Returns the post that changed.
     */
    apply(event: LogbookEvent): Touched | undefined {
      if (event.type === 'UserRegistered') {
        readers.apply(event)
        return undefined
      }
      times.apply(event)
      switch (event.type) {
        case 'PostCreated':
        case 'PostUpdated':
          return applyPost(event)
        case 'CommentCreated':
        case 'CommentUpdated':
          comments.apply(event)
          return undefined
        default:
          if (isVote(event)) votes.apply(event)
          return undefined
      }
    },
    /** Takes every text of before out of what is and of what was. */
    takeDown(event: TakeDownEvent): void {
      // Earlier events of this page go first.
      comments.end()
      removeTexts(event)
    },
    /** Removes a person from all rows up to this position of the log. */
    erasePerson({ personId, position }: { personId: string; position: number }): Erased {
      // Earlier events of this page go first.
      comments.end()
      return erase(personId, position)
    },
    /** Writes the gathered states of the page. Returns the comments that changed. */
    end(): readonly Touched[] {
      times.end()
      return comments.end()
    },
  }
}
