import { callers } from '@logbook/chassis/testing/access.ts'
import { givenOf } from '@logbook/chassis/testing/given.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import {
  deletedUpdated,
  draftCreated,
  examplePostId as id,
  postCreated,
  postDeleted,
  postEdited,
  postPublished,
  postUnpublished,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { decide, type PostCommand } from '../../src/domain/decide.ts'
import { evolve, initialPost, type Post, stateOf } from '../../src/domain/post.ts'

const as =
  (caller: Caller) =>
  (post: Post, command: PostCommand): readonly DomainEvent[] =>
    decide(post, command, caller)
const given = givenOf({ initial: initialPost, evolve, decide: as(callers.owner) })
const at = '2026-04-01T00:00:00.000Z'
const by = { id: callers.owner.id, name: callers.owner.name }
const subject = `post-${id}`
const created = postCreated()
const { slug } = created.data

describe('creating a post', () => {
  it('creating a post appends it and reserves its slug, which must be free', () => {
    given()
      .when({ kind: 'create', post: created.data })
      .yields(
        { type: 'PostCreated', subject, data: created.data },
        {
          type: 'SlugReserved',
          subject: `slug-${slug}`,
          data: { slug, postId: id },
          expectedVersion: 'none',
        },
      )
  })

  it('a repeated tag counts once', () => {
    const post = { ...created.data, tags: ['sea', 'walking', 'sea'] }
    const [event] = decide(initialPost, { kind: 'create', post }, callers.owner)
    expect(event?.data).toMatchObject({ tags: ['sea', 'walking'] })
  })

  it('creating an existing post changes nothing, even a deleted one', () => {
    given(created).when({ kind: 'create', post: created.data }).yieldsNothing()
    given(created, postDeleted()).when({ kind: 'create', post: created.data }).yieldsNothing()
  })
})

describe('editing a post', () => {
  it('an edit appends the changed fields alone, with the summary', () => {
    given(created)
      .when({ kind: 'edit', changes: { title: 'New', content: created.data.content, tags: ['b'] }, at })
      .yields(
        { type: 'PostEdited', subject, data: { id, title: 'New', tags: ['b'], editedAt: at, by } },
        {
          type: 'PostUpdated',
          subject,
          data: { ...created.data, title: 'New', tags: ['b'], updatedAt: at },
        },
      )
  })

  it('an edit can add and remove an excerpt', () => {
    given(postCreated({ excerpt: 'Short.' }))
      .when({ kind: 'edit', changes: { excerpt: null }, at })
      .yields(
        { type: 'PostEdited', data: { id, excerpt: null, editedAt: at, by } },
        { type: 'PostUpdated', data: { ...created.data, updatedAt: at } },
      )
  })

  it('an edit that changes no field appends nothing', () => {
    const { title, content, excerpt, tags } = created.data
    given(created)
      .when({
        kind: 'edit',
        changes: { title, content, excerpt, tags: [...tags, ...tags], slug },
        at,
      })
      .yieldsNothing()
  })

  it('an edit reserves a slug that is new to the post', () => {
    given(created)
      .when({ kind: 'edit', changes: { slug: 'ebb' }, at })
      .yields(
        { type: 'PostEdited', data: { id, slug: 'ebb', editedAt: at, by } },
        { type: 'PostUpdated', data: { ...created.data, slug: 'ebb', updatedAt: at } },
        {
          type: 'SlugReserved',
          subject: 'slug-ebb',
          data: { slug: 'ebb', postId: id },
          expectedVersion: 'none',
        },
      )
  })

  it('an edit to an earlier slug of the post reserves nothing', () => {
    given(created, postEdited({ slug: 'ebb', title: undefined }))
      .when({ kind: 'edit', changes: { slug }, at })
      .yields(
        { type: 'PostEdited', data: { id, slug, editedAt: at, by } },
        { type: 'PostUpdated', data: { ...created.data, updatedAt: at } },
      )
  })
})

describe('publishing a post', () => {
  it('publishing gives a draft its date', () => {
    const draft = draftCreated()
    given(draft)
      .when({ kind: 'publish', at })
      .yields(
        { type: 'PostPublished', data: { id, publishedAt: at, by } },
        {
          type: 'PostUpdated',
          data: { ...draft.data, status: 'published', publishedAt: at, updatedAt: at },
        },
      )
  })

  it('publishing again keeps the first date', () => {
    given(created, postUnpublished())
      .when({ kind: 'publish', at })
      .yields(
        { type: 'PostPublished', data: { id, publishedAt: at, by } },
        { type: 'PostUpdated', data: { ...created.data, updatedAt: at } },
      )
  })

  it('publishing a published post changes nothing', () => {
    given(created).when({ kind: 'publish', at }).yieldsNothing()
    given(draftCreated(), postPublished()).when({ kind: 'publish', at }).yieldsNothing()
  })
})

describe('unpublishing a post', () => {
  it('an unpublished post is a draft that keeps its date', () => {
    given(created)
      .when({ kind: 'unpublish', at })
      .yields(
        { type: 'PostUnpublished', data: { id, unpublishedAt: at, by } },
        { type: 'PostUpdated', data: { ...created.data, status: 'draft', updatedAt: at } },
      )
  })

  it('unpublishing a draft changes nothing', () => {
    given(draftCreated()).when({ kind: 'unpublish', at }).yieldsNothing()
  })
})

describe('deleting a post', () => {
  it('deleting a post leaves its id and its slug', () => {
    given(created)
      .when({ kind: 'delete', at })
      .yields(
        { type: 'PostDeleted', data: { id, deletedAt: at, by } },
        { type: 'PostUpdated', data: { status: 'deleted', id, slug, deletedAt: at } },
      )
  })
})

const commands = [
  { kind: 'edit', changes: { title: 'New' }, at },
  { kind: 'publish', at },
  { kind: 'unpublish', at },
  { kind: 'delete', at },
] as const

describe.each(commands)('$kind', (command) => {
  it(`an unknown post is not found by ${command.kind}`, () => {
    given().when(command).refuses('not-found')
  })

  it(`a deleted post is gone for ${command.kind}`, () => {
    given(created, postDeleted(), deletedUpdated()).when(command).refuses('gone')
  })
})

describe('the fold', () => {
  it('the fold ignores summaries, which repeat the facts', () => {
    expect(stateOf(given(created, postUpdated({ title: 'Forged' })).state)).toEqual(created.data)
  })

  it('the fold ignores facts before the creation, after the deletion, and a second creation', () => {
    expect(given(postEdited(), postPublished(), postUnpublished(), postDeleted()).state).toEqual(initialPost)
    const ended = given(created, postDeleted()).state
    expect(given(created, postDeleted(), postEdited(), postPublished(), postCreated()).state).toEqual(ended)
    expect(given(created, postCreated({ title: 'Again' })).state).toEqual(given(created).state)
  })
})

describe('access to a post', () => {
  const commands: PostCommand[] = [
    { kind: 'edit', changes: { title: 'New' }, at },
    { kind: 'publish', at },
    { kind: 'unpublish', at },
    { kind: 'delete', at },
  ]
  const { id: authorId } = callers.author
  const givenTo = (caller: Caller) => givenOf({ initial: initialPost, evolve, decide: as(caller) })

  it.each(commands)('another author may not $kind a post, and a draft of another is not found', (command) => {
    const others = [callers.otherAuthor, callers.moderator, callers.reader, callers.guest, callers.nobody]
    for (const other of others) {
      givenTo(other)(postCreated({ authorId })).when(command).refuses('forbidden')
      givenTo(other)(postCreated({ authorId: null }))
        .when(command)
        .refuses('forbidden')
      givenTo(other)(draftCreated({ authorId })).when(command).refuses('not-found')
    }
  })

  it.each(commands)('the author of a post and the owner may $kind it', (command) => {
    const draft = draftCreated({ authorId })
    for (const caller of [callers.author, callers.owner])
      if (command.kind === 'unpublish') givenTo(caller)(draft).when(command).yieldsNothing()
      else expect(() => givenTo(caller)(draft).when(command).yieldsNothing()).toThrow()
  })
})
