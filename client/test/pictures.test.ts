import { describe, expect, it, onTestFinished } from 'vitest'
import { pictureFor } from '../app/features/page/head.ts'
import { pictureOf } from '../app/features/posts/picture.server.ts'
import { type Card, digestOf, isPaintable } from '../pictures/card.ts'
import { layOut, pictureSize } from '../pictures/layout.ts'
import { limits } from '../pictures/limits.ts'
import { createPainter } from '../pictures/painter.ts'

const card = (title: string): Card => ({
  ...{ title, dateline: '20 November 2026 · Ada', blog: 'Logbook of Ada', accent: '#b04613' },
})
const stuck = new URL('./fixtures/stuck-painter.ts', import.meta.url)
const painterOf = (options: Parameters<typeof createPainter>[0] = {}) => {
  const painter = createPainter(options)
  onTestFinished(painter.close)
  return painter
}
const textOf = (painted: unknown) =>
  painted instanceof Uint8Array ? Buffer.from(painted).toString() : painted
const linesOf = (title: string) => layOut(card(title)).match(/stroke-width/g)?.length

describe('the picture of a post', () => {
  it('the preview picture of a post is a PNG of the size that the page says, with the same bytes from every process', async () => {
    const [one, other] = await Promise.all(
      [painterOf(), painterOf()].map((painter) => painter.paint('a', card('The heron stood “still”'))),
    )
    if (!(one instanceof Uint8Array)) throw new Error(`not painted: ${one}`)
    expect(one).toEqual(other)
    const view = Buffer.from(one)
    expect(view.subarray(1, 4).toString()).toBe('PNG')
    const size = { width: view.readUInt32BE(16), height: view.readUInt32BE(20) }
    expect(size).toEqual(pictureSize)
    expect(pictureFor('/a.png', 'A')).toMatchObject(size)
  })

  it('a preview picture breaks its title between words, in smaller letters where it is long, and cuts one that is too long', () => {
    expect(linesOf('Short')).toBe(1)
    expect(linesOf('How the mill got its wheel back, and what the village said')).toBe(3)
    for (const title of ['word '.repeat(80), 'w'.repeat(300), '🦆', '<b>&"', '\u0000'])
      expect(linesOf(title), title).toBeLessThanOrEqual(5)
    expect(layOut(card('</svg><script>'))).not.toContain('script')
  })

  it('a post has a preview picture if the fonts have its letters and it has no cover', () => {
    const titles = ['Été', 'Žluťoučký kůň', 'Привет', 'Ηλιος', 'Tiếng Việt', '1984', 'A 🦆']
    expect(titles.filter((title) => !isPaintable(title))).toEqual([])
    expect(['鷺', 'שלום', 'مرحبا', 'A 鷺', '🦆', '…'].filter(isPaintable)).toEqual([])
    for (const letter of ['é', 'ů', 'П', 'η', 'ệ'])
      expect(layOut(card(letter)).length, letter).toBeGreaterThan(layOut(card('')).length)
    const look = { title: 'شعر', accent: '#ffe000', timeZone: 'Pacific/Auckland' }
    const post = { slug: 'é', kind: 'post', title: 'A', cover: null, authorName: '鷺' } as const
    const shown = pictureOf({ ...post, publishedAt: '2026-11-20T22:00:00.000Z' }, look)
    expect(shown?.card).toMatchObject({ dateline: '21 November 2026', blog: '' })
    expect(shown?.path).toMatch(/^\/card\/%C3%A9\/[\w-]{16}\.png$/)
    expect(shown?.card.accent).not.toBe('#ffe000')
    expect(pictureOf({ ...post, cover: '/a.jpg', publishedAt: '2026-11-20T22:00:00.000Z' }, look)).toBe(
      undefined,
    )
  })
})

describe('a painter', () => {
  it('the client paints a card once, and replaces it by a newer one of the same post', async () => {
    const painter = painterOf({ file: stuck })
    const both = await Promise.all([painter.paint('a', card('one')), painter.paint('a', card('one'))])
    expect(both.map(textOf)).toEqual(['one 1', 'one 1'])
    expect(textOf(await painter.paint('a', card('one')))).toBe('one 1')
    expect(textOf(await painter.paint('a', card('two')))).toBe('two 2')
    expect(textOf(await painter.paint('a', card('one')))).toBe('one 3')
  })

  it('the client paints a bounded number of pictures a minute for all callers, and lets few wait', async () => {
    let time = 0
    const painter = painterOf({ file: stuck, now: () => time })
    const names = Array.from({ length: limits.paintsPerMinuteMax + 1 }, (_, n) => `n${n}`)
    const crowd = await Promise.all(names.map((name) => painter.paint(name, card(name))))
    expect(crowd.filter((painted) => painted === 'busy')).toHaveLength(names.length - limits.waitingMax)
    let painted = limits.waitingMax
    for (const name of names.slice(limits.waitingMax))
      if ((await painter.paint(name, card(name))) !== 'busy') painted++
    expect(painted).toBe(limits.paintsPerMinuteMax)
    expect(textOf(await painter.paint('n0', card('n0')))).toBe('n0 1')
    time += 60_000 / limits.paintsPerMinuteMax
    expect(await painter.paint('late', card('late'))).not.toBe('busy')
    expect(await painter.paint('later', card('later'))).toBe('busy')
  })

  it('the client ends a stuck painting thread, does not try its card again, and paints others', async () => {
    const painter = painterOf({ file: stuck, paintMsMax: 5_000 })
    expect(await painter.paint('a', card('stuck'))).toBe('none')
    expect(await painter.paint('a', card('stuck'))).toBe('none')
    expect(textOf(await painter.paint('b', card('free')))).toBe('free 1')
    expect(digestOf(card('a'))).not.toBe(digestOf(card('b')))
  })
})
