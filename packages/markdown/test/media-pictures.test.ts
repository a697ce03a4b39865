import { renderPost } from '@logbook/markdown/post.ts'
import { describe, expect, it } from 'vitest'

const id = '0197a1b2-aaaa-7000-8000-00000000beef'
const at = (variant: string) => `/api/media/${id}/${variant}`
const html = (source: string) => renderPost(`![A heron](${source})`).html
const set = (format: string, ...widths: number[]) =>
  `<source type="image/${format}" srcset="${widths.map((width) => `${at(`w${width}.${format}`)} ${width}w`).join(', ')}" sizes="(min-width: 44rem) 42rem, 100vw">`
const img = (src: string, width: number, height: number) =>
  `<img src="${at(src)}" alt="A heron" class="picture" loading="lazy" decoding="async" width="${width}" height="${height}">`

describe('a picture of the blog’s media in a post', () => {
  it('a picture of the blog’s media has its size and its variants in both formats', () => {
    const sources = set('avif', 320, 640, 960, 1280, 1600) + set('webp', 320, 640, 960, 1280, 1600)
    const picture = `<picture>${sources}${img('w960.jpg', 1600, 900)}</picture>`
    expect(html(`${at('w960.jpg')}#1600x900`)).toBe(`<figure>${picture}</figure>`)
  })

  it('a picture has no variants wider than itself or than the largest one made', () => {
    expect(html(`${at('w200.png')}#200x100`)).toContain(
      `${set('avif', 200)}${set('webp', 200)}${img('w200.png', 200, 100)}`,
    )
    expect(html(`${at('w960.jpg')}#6000x4000`)).toContain(set('webp', 320, 640, 960, 1280, 1920, 2560))
  })

  it('an animated picture has no AVIF variant', () => {
    expect(html(`${at('w640.gif')}#700x500m`)).toContain(
      `<picture>${set('webp', 320, 640, 700)}<img src="${at('w700.gif')}"`,
    )
  })

  it('a picture of the blog’s media keeps its caption and its link', () => {
    const { html } = renderPost(`[![A heron](${at('w960.jpg')}#1600x900 "A *grey* heron")](/herons)`)
    expect(html).toMatch(
      /^<figure><a href="\/herons"><picture>.*<\/picture><\/a><figcaption>A \*grey\* heron<\/figcaption><\/figure>$/,
    )
  })

  it.each([
    `https://other.example${at('w960.jpg')}#1600x900`,
    `${at('w960.jpg')}#0x900`,
    `${at('w960.jpg')}#1600x`,
    `${at('w960.jpg')}#1600x900x`,
    `${at('w960.jpg')}`,
    `/api/media/../${id}/w960.jpg#1600x900`,
    `/api/media/${id}/%22onerror=.jpg#16x9`,
  ])('a picture with another address is not one of the blog’s media: %s', (source) => {
    expect(html(source)).not.toContain('<picture>')
    expect(html(source)).not.toContain('width=')
  })
})
