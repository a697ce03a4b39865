import type { PostState } from '@logbook/contracts/events/posts.ts'
import { publicCommentExample } from '@logbook/contracts/examples/comments.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { QueueEntry } from '@logbook/contracts/http/moderation.ts'

export type LivePost = Exclude<PostState, { status: 'deleted' }> & { version: number }

export const idOf = (number: number): string => `01970000-0000-7000-8000-${String(number).padStart(12, '0')}`

const minuteMs = 60_000
export const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * minuteMs).toISOString()

const heron = `The heron stood still for so long that I stopped counting. It was there *before* the mist lifted, and it was there when the first train went by.

## Dawn

I had brought tea, a notebook and the wrong shoes. The marsh takes its time: first the **reed warblers**, then the coots, then everything at once. What I wrote down:

1. 05:40, one heron, north bank.
2. 06:15, the same heron, the same bank.
3. 07:02, it moved. One step.

> To watch a heron is to learn how much of a morning is waiting.

## Noon

The light went flat and the birds went quiet. I counted what I could[^1] and drew the rest.

| bird | dawn | noon |
|---|---:|---:|
| heron | 1 | 1 |
| coot | 14 | 9 |
| reed warbler | 31 | 2 |

A small script turns the notebook into a table, so that the counts can be compared from year to year:

\`\`\`js
// One line of the notebook: time, number, species.
const sightings = lines.map((line) => {
  const [time, count, species] = line.split(', ')
  return { time, count: Number(count), species }
})
\`\`\`

## What I would do again

Get up early, stay until it is boring, and then stay a little longer. The heron was still there when I left. See [the old survey](https://example.org/survey) for how it was done in the past, or run \`npm run counts\`.

[^1]: Twice, since I lost my place at the first train.
`

const texts: readonly [string, string, readonly string[]][] = [
  ['The heron stood still', heron, ['birds', 'marsh']],
  [
    'Notes on a slow camera',
    'A lens from 1962 has no idea how fast you want to go. That is the point of it, I think. You set the distance, you wait, and what you get is what was there.',
    ['pictures'],
  ],
  [
    'Three days without a map',
    'On the first day we were lost, on the second we were late, and on the third we stopped looking for the path at all. It turned out that the river knew.',
    ['walking', 'marsh'],
  ],
  [
    'How the mill got its wheel back, and what the village said about it afterwards',
    'Nobody remembered who had taken it. The miller’s granddaughter found the drawings in a biscuit tin, and from then on there was no way back.',
    ['history'],
  ],
  ['Bread, again', 'Less yeast, more time. The rest is weather.', []],
]

const base = {
  kind: 'post',
  excerpt: null,
  cover: null,
  coverAlt: '',
  commentsClosed: false,
  formerAddresses: [],
  authorId: null,
  authorName: 'Ada',
} satisfies Partial<LivePost>

/** What a post may bring from the blog that it was imported from. */
const broughtAlong = {
  cover: 'https://old.example/bread.jpg',
  commentsClosed: true,
  formerAddresses: ['/2019/11/Bread-again.html', '/posts/bread--again/', '/?p=10'],
}

export const samplePosts = (): LivePost[] => [
  ...texts.map(([title, content, tags], index): LivePost => {
    const at = minutesAgo(index === 0 ? 180 : index * 2900)
    return {
      ...base,
      id: idOf(index + 1),
      slug: title
        .toLowerCase()
        .replace(/[^a-z]+/g, '-')
        .replace(/^-|-$/g, ''),
      title,
      content,
      tags: [...tags],
      ...(title === 'Bread, again' ? broughtAlong : {}),
      status: 'published',
      createdAt: at,
      updatedAt: at,
      publishedAt: at,
      version: 1,
    }
  }),
  {
    ...base,
    id: idOf(90),
    slug: 'a-draft',
    title: 'Something about owls',
    content: 'Not finished.',
    tags: ['birds'],
    status: 'draft',
    createdAt: minutesAgo(60),
    updatedAt: minutesAgo(30),
    publishedAt: null,
    version: 2,
  },
]

type Said = [number, number | null, string, string, Partial<PublicComment>?]

const said: readonly Said[] = [
  [1, null, 'Ben', 'Mine moved **twice** in an hour. Maybe yours was asleep?', { score: 4 }],
  [2, 1, 'Cy', 'They do sleep standing. One eye open, or so they say.', { score: 2 }],
  [3, 2, 'Ben', 'Half a brain at a time. See [this](https://example.org/sleep).'],
  [4, 3, 'Ada', 'That explains *a lot* about my mornings.', { promoted: true, score: 6 }],
  [5, 4, 'Dot', 'And mine.'],
  [6, 5, 'Cy', 'We should start a club.'],
  [7, 6, 'Dot', 'It meets at dawn, and nobody speaks.'],
  [
    8,
    null,
    'Eve',
    'What paper do you draw on? The wash looks as if it had dried slowly.',
    { score: 1, editedAt: minutesAgo(20) },
  ],
  [9, 8, 'Ada', 'Whatever was in the bag:\n\n- cheap cartridge paper\n- a tin of six colours'],
  [10, null, 'Fay', 'gone', { status: 'deleted', author: null, content: null }],
  [11, 10, 'Gus', 'I agree with the one above, whatever it was.'],
  [12, null, 'Hal', 'held', { status: 'pending', author: null, content: null }],
  [
    13,
    null,
    'Ivy',
    'refused',
    { status: 'rejected', author: null, content: null, reason: 'contains the word “orange”' },
  ],
]

/** Ten thousand comments on the second post; the newest but one has nine replies. */
const manyComments = (): PublicComment[] =>
  Array.from({ length: 10_000 }, (_, n) =>
    publicCommentExample({
      id: idOf(100_000 + n),
      postId: idOf(2),
      parentId: n < 9_991 ? null : idOf(100_000 + 9_989),
      author: { name: 'Ada', url: null },
      content: `Remark number ${n + 1}`,
      createdAt: minutesAgo(20_000 - n),
    }),
  )

export const sampleComments = (): PublicComment[] => [...fewComments(), ...manyComments()]

const fewComments = (): PublicComment[] =>
  said.map(([number, parent, name, content, more]) =>
    publicCommentExample({
      id: idOf(100 + number),
      postId: idOf(1),
      parentId: parent === null ? null : idOf(100 + parent),
      author: { name, url: null },
      content,
      createdAt: minutesAgo(170 - 10 * number),
      ...more,
    }),
  )

export const sampleQueue = (): QueueEntry[] =>
  [
    [
      'Hal',
      'You should all read my blog about **herons**: https://example.org/a and https://example.org/b',
      'more than 1 link',
    ],
    ['Jo', 'Is this the same marsh as last year?', 'first comment'],
    ['Kim', 'I have seen an orange one!', null],
  ].map(([name, content, reason], index) => ({
    id: idOf(112 + index * 10),
    postId: idOf(1),
    post: { slug: 'the-heron-stood-still', title: 'The heron stood still' },
    parentId: null,
    author: { id: null, name: name ?? '', url: null },
    content: content ?? '',
    revision: 1,
    status: 'pending',
    reason: reason ?? null,
    createdAt: minutesAgo(130 - 30 * index),
    version: 1,
  }))
