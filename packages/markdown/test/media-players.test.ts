import { renderComment } from '@logbook/markdown/comment.ts'
import { renderPost } from '@logbook/markdown/post.ts'
import { describe, expect, it } from 'vitest'

const media = '/api/media/0197a1b2-aaaa-7000-8000-00000000beef'
const html = (markdown: string) => renderPost(markdown).html

describe('a recording of the blog’s media in a post', () => {
  it('a video has controls, its poster and its size, loads nothing before it is played, and is a link for others', () => {
    expect(html(`[Low *tide*](${media}/original#video=1280x720)`)).toBe(
      `<figure><video aria-label="Low tide" controls preload="none" poster="${media}/poster.jpg" width="1280" height="720" src="${media}/original"><a href="${media}/original">Low <em>tide</em></a></video></figure>`,
    )
  })

  it('a sound has controls, and a video without a poster too', () => {
    expect(html(`[Bittern](${media}/original#audio)`)).toMatch(
      /^<figure><audio aria-label="Bittern" controls/,
    )
    expect(html(`[Tide](${media}/original#video)`)).not.toMatch(/poster|width/)
  })

  it.each([
    ['a title', `[Tide](${media}/original#video "At the pier")`],
    ['an emphasised line', `[Tide](${media}/original#video)\n*At the pier*`],
  ])('%s of a recording is its caption', (_, markdown) => {
    expect(html(markdown)).toMatch(/<\/video><figcaption>At the pier<\/figcaption><\/figure>$/)
  })

  it.each([
    ['among words', `Hear [it](${media}/original#audio) at dawn.`],
    ['beside another', `[a](${media}/original#audio) [b](${media}/original#audio)`],
    ['from another host', `[a](https://other.example${media}/original#audio)`],
    ['with another file', `[a](${media}/original)`],
    ['with more in its address', `[a](${media}/original#video=1x1"onplay=alert)`],
    ['with a path', `[a](/api/media/../x/original#video)`],
  ])('a link %s stays a link', (_, markdown) => {
    expect(html(markdown)).not.toMatch(/<(?:audio|video)/)
  })

  it('elements that play something are removed where a person wrote them, and a comment has no player', () => {
    expect(html(`<video src="${media}/original" autoplay onplay="alert(1)">a</video>`)).not.toContain(
      '<video',
    )
    expect(renderComment(`[Tide](${media}/original#video)`)).not.toContain('<video')
  })
})
