import type { EventData } from '../events/catalog.ts'
import { postSubject, slugSubject } from '../events/posts.ts'
import { type Envelope, recordedExample } from './recorded.ts'

export const examplePostId = '01920000-0000-7000-8000-0000000000a1'

/** Who does something to it. */
export const exampleDoer = { id: '01920000-0000-7000-8000-0000000000a2', name: 'The harbour master' }

const source = '/posts'

type Data<Type extends 'PostCreated' | 'PostUpdated', Status> = Extract<EventData<Type>, { status: Status }>

const livePost = {
  id: examplePostId,
  kind: 'post' as const,
  slug: 'a-walk-at-low-tide',
  title: 'A walk at low tide',
  content: 'The path shows itself *twice a day*.',
  excerpt: null,
  tags: ['walking', 'sea'],
  cover: 'https://pictures.example/low-tide.jpg',
  coverAlt: 'A boat on wet sand',
  commentsClosed: false,
  formerAddresses: ['/2019/03/a-walk-at-low-tide/'],
  authorId: null,
  authorName: 'The harbour master',
  createdAt: '2026-03-01T09:00:00.000Z',
  updatedAt: '2026-03-01T09:00:00.000Z',
}

const draft: Data<'PostCreated', 'draft'> = { ...livePost, status: 'draft', publishedAt: null }
const published: Data<'PostCreated', 'published'> = {
  ...livePost,
  status: 'published',
  publishedAt: livePost.createdAt,
}

export const postCreated = (
  data: Partial<Data<'PostCreated', 'published'>> = {},
  envelope: Envelope = {},
) => {
  const whole = { ...published, ...data }
  return recordedExample('PostCreated', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const draftCreated = (data: Partial<Data<'PostCreated', 'draft'>> = {}, envelope: Envelope = {}) => {
  const whole = { ...draft, ...data }
  return recordedExample('PostCreated', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const postEdited = (data: Partial<EventData<'PostEdited'>> = {}, envelope: Envelope = {}) => {
  const whole = {
    id: examplePostId,
    title: 'A walk at lowest tide',
    editedAt: '2026-03-02T10:00:00.000Z',
    by: exampleDoer,
    ...data,
  }
  return recordedExample('PostEdited', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const postPublished = (data: Partial<EventData<'PostPublished'>> = {}, envelope: Envelope = {}) => {
  const whole = { id: examplePostId, publishedAt: '2026-03-03T11:00:00.000Z', by: exampleDoer, ...data }
  return recordedExample('PostPublished', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const postUnpublished = (
  data: Partial<EventData<'PostUnpublished'>> = {},
  envelope: Envelope = {},
) => {
  const whole = { id: examplePostId, unpublishedAt: '2026-03-04T12:00:00.000Z', by: exampleDoer, ...data }
  return recordedExample('PostUnpublished', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const postDeleted = (data: Partial<EventData<'PostDeleted'>> = {}, envelope: Envelope = {}) => {
  const whole = { id: examplePostId, deletedAt: '2026-03-05T13:00:00.000Z', by: exampleDoer, ...data }
  return recordedExample('PostDeleted', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const postTakenDown = (data: Partial<EventData<'PostTakenDown'>> = {}, envelope: Envelope = {}) => {
  const whole = {
    id: examplePostId,
    takenDownAt: '2026-03-05T14:00:00.000Z',
    by: exampleDoer,
    reason: 'It had the address of a private person.',
    texts: 'earlier' as const,
    ...data,
  }
  return recordedExample('PostTakenDown', { source, subject: postSubject(whole.id), data: whole, envelope })
}

/** The summary of a post that readers see. */
export const postUpdated = (
  data: Partial<Data<'PostUpdated', 'published'>> = {},
  envelope: Envelope = {},
) => {
  const whole = { ...published, ...data }
  return recordedExample('PostUpdated', { source, subject: postSubject(whole.id), data: whole, envelope })
}

/** The summary of a post that went back to draft. */
export const draftUpdated = (data: Partial<Data<'PostUpdated', 'draft'>> = {}, envelope: Envelope = {}) => {
  const whole = { ...draft, ...data }
  return recordedExample('PostUpdated', { source, subject: postSubject(whole.id), data: whole, envelope })
}

/** The summary of a post that is gone. */
export const deletedUpdated = (
  data: Partial<Data<'PostUpdated', 'deleted'>> = {},
  envelope: Envelope = {},
) => {
  const { id, slug } = livePost
  const whole = { status: 'deleted' as const, id, slug, deletedAt: '2026-03-05T13:00:00.000Z', ...data }
  return recordedExample('PostUpdated', { source, subject: postSubject(whole.id), data: whole, envelope })
}

export const slugReserved = (data: Partial<EventData<'SlugReserved'>> = {}, envelope: Envelope = {}) => {
  const whole = { slug: livePost.slug, postId: examplePostId, ...data }
  return recordedExample('SlugReserved', { source, subject: slugSubject(whole.slug), data: whole, envelope })
}

/** One of each type and shape, as they come without overrides. */
export const postExamples = () => [
  postCreated(),
  draftCreated(),
  postEdited(),
  postPublished(),
  postUnpublished(),
  postDeleted(),
  postTakenDown(),
  postUpdated(),
  draftUpdated(),
  deletedUpdated(),
  slugReserved(),
]
