import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { inlineRenderer } from '@logbook/markdown/testing/renderers.ts'
import type { Turn } from '@logbook/markdown/threads/renderer.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadPage } from '../app/features/posts/page.server.ts'
import {
  keepabilityOf,
  noteAnswer,
  noteFailure,
  noteSettings,
  recordPage,
} from '../app/services/page-record.server.ts'
import { createSettingsCopy } from '../app/services/settings.server.ts'
import { createPainter } from '../pictures/painter.ts'

const answer = (state: string, tags = 'posts') => new Headers({ 'View-State': state, 'Cache-Tag': tags })

/** What becomes of a page that is made from these answers, with settings that were confirmed under these generations. */
const pageOf = async (
  answers: readonly (Headers | undefined)[],
  settings: readonly (string | undefined)[],
) => {
  const { record } = await recordPage(async () => {
    for (const each of settings) noteSettings(each)
    for (const each of answers) noteAnswer(each)
  })
  return keepabilityOf(record)
}

describe('a page', () => {
  it('a page is cacheable under the state of its oldest answer, with the tags of all', async () => {
    const answers = [answer('a.2.9', 'post-1'), answer('a.2.7', 'lists, posts'), answer('a.2.8', 'post-1')]
    const kept = { kind: 'keepable', viewState: 'a.2.7', tags: 'lists, post-1, posts' }
    expect(await pageOf(answers, ['a.2', 'a.2'])).toEqual(kept)
  })

  it.each([
    ['an answer did not come', [answer('a.2.9'), undefined], ['a.2']],
    ['an answer has no state', [answer('a.2.9'), new Headers({ 'Cache-Tag': 'posts' })], ['a.2']],
    ['an answer has no tags', [answer('a.2.9'), answer('a.2.9', '')], ['a.2']],
    ['an answer has a state of another form', [answer('a.9')], ['a.2']],
    ['answers are of two processes', [answer('a.2.9'), answer('b.2.9')], ['a.2']],
    ['nothing was asked', [], ['a.2']],
    ['no settings were read', [answer('a.2.9')], []],
  ])('a page is private where %s', async (_, answers, settings) => {
    expect(await pageOf(answers, settings)).toEqual({ kind: 'private' })
  })

  it.each([[['a.1']], [['a.3']], [['b.2']], [[undefined]], [['a.2', 'a.1']]])(
    'is behind in its settings where they were confirmed under %s',
    async (settings) => {
      expect(await pageOf([answer('a.2.9')], settings)).toEqual({ kind: 'settings-behind' })
    },
  )

  it('a page is private where it could not be rendered, and where nothing records it', async () => {
    const { record } = await recordPage(async () => {
      noteSettings('a.2')
      noteAnswer(answer('a.2.9'))
      noteFailure()
    })
    expect(keepabilityOf(record)).toEqual({ kind: 'private' })
    expect(() => noteAnswer(undefined)).not.toThrow()
  })
})

it('the copy of the settings is confirmed by an answer 304, once for all who wait', async () => {
  let asked = 0
  let generation = 1
  const { url: queryUrl } = await serveForTest((req, res) => {
    asked += 1
    const headers = { ETag: '"s"', 'View-State': `a.${generation}.1` }
    if (req.headers['if-none-match'] === '"s"') return res.writeHead(304, headers).end()
    const body = JSON.stringify({ ...initialSettings({ BLOG_TITLE: 'Marsh' }), version: 1 })
    return res.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end(body)
  })
  const copy = createSettingsCopy({ initial: initialSettings(), queryUrl, now: () => 0 })
  const confirmedUnder = async () => {
    const { record } = await recordPage(() => copy.current())
    return record.settings
  }
  expect([await confirmedUnder(), asked]).toEqual([['a.1'], 1])
  generation = 2
  expect(await confirmedUnder()).toEqual(['a.1'])
  await Promise.all([copy.confirm(), copy.confirm(), copy.confirm()])
  expect([await confirmedUnder(), asked]).toEqual([['a.2'], 2])
})

it.each([true, false])('a post whose texts are final (%s) may be kept, and no other', async (isFinal) => {
  const post = { id: 'p', slug: 'heron', content: 'a', comments: [], excerpt: null, commentCount: 0 }
  const beside = {
    previous: null,
    next: null,
    related: [],
    quotes: [],
    thread: { next: null, waiting: 0, unpublished: 0 },
  }
  const { url } = await serveForTest((_req, res) =>
    res
      .writeHead(200, { 'View-State': 'a.2.9', 'Cache-Tag': 'post-p' })
      .end(JSON.stringify({ ...post, ...beside })),
  )
  const turn: Turn = { ...inlineRenderer.turn(), isFinal: () => isFinal }
  const urls = {
    query: url,
    posts: url,
    comments: url,
    moderation: url,
    accounts: url,
    notifications: url,
    media: url,
  }
  const copy = createSettingsCopy({ initial: initialSettings(), queryUrl: url })
  const settings = { ...copy, current: async () => initialSettings() }
  const renderer = { ...inlineRenderer, turn: () => turn }
  const painter = createPainter()
  onTestFinished(painter.close)
  const blog = {
    urls,
    settings,
    renderer,
    publicUrl: url,
    nonce: '',
    readerScript: '/reader.js',
    isLastTry: true,
    painter,
  }
  const { record } = await recordPage(() => {
    noteSettings('a.2')
    const request = new Request('http://blog.invalid/posts/heron')
    return loadPage({ blog, request, slug: 'heron' })
  })
  expect(keepabilityOf(record).kind).toBe(isFinal ? 'keepable' : 'private')
})
