import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { PostState } from '@logbook/contracts/events/posts.ts'
import { coverAddress } from '@logbook/contracts/http/medium-addresses.ts'
import type { PostHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { destinationOf } from '../../gateway/src/routes.ts'
import type { Medium } from '../app/features/media/api.ts'
import { asParagraph, markdownOf, thumbnailOf } from '../app/features/media/markdown.ts'
import { uploadFile } from '../app/features/media/upload.ts'
import { usesOf } from '../app/features/media/uses.ts'
import { bytesInWords, stateInWords } from '../app/features/media/words.ts'
import { answering } from './answering.ts'
import { idOf } from './sample-blog.ts'

const id = '0197a1b2-aaaa-7000-8000-00000000beef'

const variant = (name: string, type: string, width: number | null) => ({
  ...{ name, type, width, height: width, bytes: 1, url: `/media/${id}/${name}` },
})

const sizes = [320, 640, 960, 1_280, 1_600]
const heron = {
  id,
  state: 'finished',
  name: 'heron_(1).jpg',
  alt: '',
  focus: null,
  type: 'image/jpeg',
  bytes: 2_400_000,
  reason: null,
  retryAt: null,
  progress: null,
  picture: { width: 1_600, height: 900, animated: false, colour: '#aabbcc', blurhash: null },
  variants: [
    ...sizes.flatMap((width) => [
      variant(`w${width}.avif`, 'image/avif', width),
      variant(`w${width}.webp`, 'image/webp', width),
      variant(`w${width}.jpg`, 'image/jpeg', width),
    ]),
    variant('card.jpg', 'image/jpeg', 1_200),
    variant('original', 'image/jpeg', 1_600),
  ],
} as unknown as Medium

describe('a medium in a post', () => {
  it('Markdown of a medium is a picture with its size in the address and its alternative text escaped', () => {
    expect(markdownOf(heron, 'A [grey] heron')).toBe(
      `![A \\[grey\\] heron](/api/media/${id}/w960.jpg#1600x900)`,
    )
    const moving = { ...heron, picture: heron.picture && { ...heron.picture, animated: true } }
    expect(markdownOf(moving, '')).toMatch(/#1600x900m\)$/)
  })

  it('Markdown of a medium uses WebP where that is its format, and a narrow width where it is narrow', () => {
    const variants = [variant('w200.webp', 'image/webp', 200), variant('original', 'image/webp', 200)]
    expect(markdownOf({ ...heron, variants }, 'a')).toContain('/w200.webp#')
  })

  it('Markdown of a recording says what plays it, of another file how large it is', () => {
    const file = (type: string, ...more: ReturnType<typeof variant>[]) => {
      const variants = [variant('original', type, null), ...more]
      return { ...heron, type, picture: null, variants }
    }
    const [name, address] = ['heron\\_(1).jpg', `/api/media/${id}/original`]
    const recording = file('audio/mpeg')
    expect(markdownOf(recording)).toBe(`[${name}](${address}#audio)`)
    expect(markdownOf(file('video/webm'))).toBe(`[${name}](${address}#video)`)
    const poster = { ...variant('poster.jpg', 'image/jpeg', 1_280), height: 720 }
    expect(markdownOf(file('video/mp4', poster))).toBe(`[${name}](${address}#video=1280x720)`)
    expect(markdownOf(file('application/pdf'))).toBe(`[heron\\_(1).jpg (PDF, 2.4 MB)](${address})`)
    expect(markdownOf(file('application/octet-stream'))).toBe(`[heron\\_(1).jpg (2.4 MB)](${address})`)
    expect(coverAddress(recording)).toBeUndefined()
    expect(thumbnailOf(recording)).toBeUndefined()
  })

  it('a medium is a wide picture with its size and focal point as a cover, and a narrow one in the library', () => {
    expect(coverAddress(heron)).toBe(`/api/media/${id}/w1600.jpg#1600x900`)
    expect(coverAddress({ ...heron, focus: { x: 0.25, y: 0.999 } })).toBe(
      `/api/media/${id}/w1600.jpg#1600x900@25,100`,
    )
    expect(thumbnailOf(heron)).toBe(`/api/media/${id}/w320.jpg`)
  })

  it.each([
    ['', 0, 0, '![]\n\n', ''],
    ['a', 1, 1, 'a\n\n![]\n\n', ''],
    ['a\n', 2, 2, 'a\n\n![]\n\n', ''],
    ['a\n\nb', 3, 3, 'a\n\n![]\n\nb', 'b'],
    ['a\n\nb', 1, 1, 'a\n\n![]\n\nb', 'b'],
    ['a\nb', 1, 1, 'a\n\n![]\n\nb', 'b'],
    ['ab', 1, 1, 'a\n\n![]\n\nb', 'b'],
    ['a old b', 2, 5, 'a \n\n![]\n\n b', ' b'],
  ])(
    'inserted Markdown is a paragraph of its own, and so is what is typed next: in %j at %i to %i',
    (text, from, to, result, afterCaret) => {
      const { typed, caret } = asParagraph(text, '![]', from, to)
      const written = text.slice(0, from) + typed + text.slice(to)
      expect([written, written.slice(caret)]).toEqual([result, afterCaret])
    },
  )
})

describe('words about a medium', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_250, '1.3 kB'],
    [45_000_000, '45 MB'],
    [5e12, '5,000 GB'],
  ])('%i bytes are shown as %s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words)
  })

  it('a medium shows its progress, or why it failed', () => {
    const progress = { step: 'fetching', bytes: 1e6, total: 4e6, rate: 5e5, secondsLeft: 5.2 } as const
    expect(stateInWords({ ...heron, state: 'in progress', progress })).toBe(
      'Fetching: 1 MB of 4 MB, 500 kB a second, 6 s left',
    )
    expect(stateInWords({ ...heron, state: 'failed', reason: 'It is damaged.' })).toBe('It is damaged.')
    expect(stateInWords({ ...heron, state: 'not started' })).toBe('Waiting for a worker')
  })
})

describe('where a medium is shown', () => {
  const at = '2026-03-01T09:00:00.000Z'
  const [tide, gone] = [idOf(1), idOf(2)]
  const draft: PostState = {
    ...{ id: tide, status: 'draft', kind: 'post', slug: 'low-tide', title: 'Low tide', content: '' },
    ...{ excerpt: null, tags: [], cover: null, coverAlt: '', commentsClosed: false, formerAddresses: [] },
    ...{ authorId: null, authorName: null, createdAt: at, updatedAt: at, publishedAt: null },
  }
  const shows = { ...draft, content: `![](/api/media/${id}/w960.jpg#1600x900)` }
  const asCover = { ...draft, cover: `https://blog.example/api/media/${id}/w1600.jpg` }
  const entry = (version: number, ...changed: PostHistoryEntry['changed']): PostHistoryEntry => ({
    ...{ id: `fact-${version}`, type: 'PostEdited', time: at, position: version, version, changed },
    ...{ cause: null, by: null, status: 'draft', data: {}, says: 'Edited' },
  })

  it('a medium is shown by the versions of a post that have it in their text or as their cover', async () => {
    const states: Record<string, PostState> = { 1: draft, 3: shows, 5: asCover, 9: draft }
    const asked: string[] = []
    const reply = answering(postEndpoints, {
      'GET /posts/:id': ({ params }) => ({
        body:
          params.id === gone ? { status: 'deleted' as const, id: gone, slug: 'gone', deletedAt: at } : draft,
      }),
      'GET /posts/:id/history': () => ({
        body: [entry(9, 'content'), entry(7, 'title'), entry(5, 'cover'), entry(3, 'content'), entry(1)],
      }),
      'GET /posts/:id/history/:version'({ params: { id: post, version } }) {
        asked.push(`${post} ${version}`)
        return { body: { version: Number(version), time: at, post: states[version] ?? draft } }
      },
    })
    vi.stubGlobal('fetch', async (path: string) => {
      const url = new URL(destinationOf({ method: 'GET', url: path }).url, 'http://posts')
      const { status, body } = reply({ method: 'GET', url, headers: {}, body: {} })
      return Response.json(body, { status })
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const uses = await usesOf({ id, posts: [tide, gone] }, new AbortController().signal)
    expect(uses).toEqual([
      {
        ...{ id: tide, title: 'Low tide', isDraft: true, isCut: false },
        versions: [
          { version: 5, time: at },
          { version: 3, time: at },
        ],
      },
    ])
    expect(asked).toEqual([9, 5, 3, 1].map((version) => `${tide} ${version}`))
  })
})

/** A service of uploads in memory: each answer may be another, by its number. */
const fakeUploads = (odd: Record<number, () => Response> = {}) => {
  const got: Uint8Array[] = []
  const asked: string[] = []
  let offset = 0
  const ask: typeof fetch = async (input, init = {}) => {
    const { method = 'GET', headers, body } = init
    asked.push(`${method} ${String(input)}`)
    const instead = odd[asked.length]?.()
    if (instead) return instead
    if (method === 'POST')
      return new Response(null, { status: 201, headers: { Location: `/media/uploads/${id}` } })
    if (method === 'HEAD') return new Response(null, { headers: { 'Upload-Offset': String(offset) } })
    if (new Headers(headers).get('Upload-Offset') !== String(offset))
      return new Response('{}', { status: 409 })
    const piece = new Uint8Array(await (body as Blob).arrayBuffer())
    got.push(piece)
    offset += piece.length
    return new Response(null, { status: 204, headers: { 'Upload-Offset': String(offset) } })
  }
  return { ask, asked, bytes: () => Buffer.concat(got), lose: (bytes: number) => (offset -= bytes) }
}

const file = new File([Buffer.alloc(9 * 1024 * 1024, 'heron')], 'Reiher über Wasser.jpg')
const upload = (ask: typeof fetch, sent: number[] = []) =>
  uploadFile(file, { ask, signal: new AbortController().signal, onProgress: (bytes) => sent.push(bytes) })

describe('an upload', () => {
  it('an upload is sent in pieces, reports progress, and resolves with the id of the medium', async () => {
    const { ask, asked, bytes } = fakeUploads()
    const sent: number[] = []
    expect(await upload(ask, sent)).toBe(id)
    expect(asked).toEqual(['POST /api/media/uploads', ...Array(3).fill(`PATCH /api/media/uploads/${id}`)])
    expect(sent).toEqual([4, 8, 9].map((part) => part * 1024 * 1024))
    expect(bytes().equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
  })

  it.each([
    [
      'the connection breaks',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
    ['the service has another offset', () => new Response('{}', { status: 409 })],
    ['the service is away for a moment', () => new Response('{}', { status: 503 })],
  ])('an upload continues at the offset that the service reports when %s', async (_, answer) => {
    const { ask, asked, bytes } = fakeUploads({ 3: answer })
    expect(await upload(ask)).toBe(id)
    expect(asked[3]).toBe(`HEAD /api/media/uploads/${id}`)
    expect(bytes().equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
  })

  it.each([
    [1, 413],
    [2, 403],
    [3, 410],
  ])('an upload fails with the reason that the service gives: at request %i with %i', async (at, status) => {
    const problem: ProblemBody = {
      ...{ type: 'about:blank', title: 'Refused', status },
      ...{ code: 'invalid', detail: 'It is too large.' },
    }
    const refused = () => Response.json(problem, { status })
    const { ask, asked } = fakeUploads({ [at]: refused })
    await expect(upload(ask)).rejects.toThrow('It is too large.')
    expect(asked).toHaveLength(at)
  })
})
