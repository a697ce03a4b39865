import type { EventData } from '../events/catalog.ts'
import { exampleOf } from './recorded.ts'

export const examplePostId = '01920000-0000-7000-8000-0000000000a1'

/** Who does something to it. */
export const exampleDoer = { id: '01920000-0000-7000-8000-0000000000a2', name: 'The harbour master' }

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

const draft = { ...livePost, status: 'draft' as const, publishedAt: null }
const published = { ...livePost, status: 'published' as const, publishedAt: livePost.createdAt }

export const postCreated = exampleOf<'PostCreated', Data<'PostCreated', 'published'>>(
  'PostCreated',
  published,
)

export const draftCreated = exampleOf<'PostCreated', Data<'PostCreated', 'draft'>>('PostCreated', draft)

export const postEdited = exampleOf('PostEdited', {
  id: examplePostId,
  title: 'A walk at lowest tide',
  editedAt: '2026-03-02T10:00:00.000Z',
  by: exampleDoer,
})

export const postPublished = exampleOf('PostPublished', {
  id: examplePostId,
  publishedAt: '2026-03-03T11:00:00.000Z',
  by: exampleDoer,
})

export const postUnpublished = exampleOf('PostUnpublished', {
  id: examplePostId,
  unpublishedAt: '2026-03-04T12:00:00.000Z',
  by: exampleDoer,
})

export const postDeleted = exampleOf('PostDeleted', {
  id: examplePostId,
  deletedAt: '2026-03-05T13:00:00.000Z',
  by: exampleDoer,
})

export const postTakenDown = exampleOf('PostTakenDown', {
  id: examplePostId,
  takenDownAt: '2026-03-05T14:00:00.000Z',
  by: exampleDoer,
  reason: 'It had the address of a private person.',
  texts: 'earlier',
})

export const postPicturesAwaited = exampleOf('PostPicturesAwaited', {
  id: examplePostId,
  pictures: [
    {
      mediumId: '01920000-0000-7000-8000-0000000000a3',
      ...{ as: 'shown', at: 12, was: 'https://old.example/boat.jpg', isBare: false },
    },
  ],
})

/** The summary of a post that readers see. */
export const postUpdated = exampleOf<'PostUpdated', Data<'PostUpdated', 'published'>>(
  'PostUpdated',
  published,
)

/** The summary of a post that went back to draft. */
export const draftUpdated = exampleOf<'PostUpdated', Data<'PostUpdated', 'draft'>>('PostUpdated', draft)

/** The summary of a post that is gone. */
export const deletedUpdated = exampleOf<'PostUpdated', Data<'PostUpdated', 'deleted'>>('PostUpdated', {
  status: 'deleted',
  id: examplePostId,
  slug: livePost.slug,
  deletedAt: '2026-03-05T13:00:00.000Z',
})

export const slugReserved = exampleOf('SlugReserved', { slug: livePost.slug, postId: examplePostId })

/** One of each type and shape, as they come without overrides. */
export const postExamples = () => [
  postCreated(),
  postCreated({ imported: true }),
  draftCreated(),
  postEdited(),
  postPublished(),
  postUnpublished(),
  postDeleted(),
  postTakenDown(),
  postPicturesAwaited(),
  postUpdated(),
  postUpdated({ imported: true }),
  draftUpdated(),
  deletedUpdated(),
  slugReserved(),
]
