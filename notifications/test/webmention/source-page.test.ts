import { describe, expect, it } from 'vitest'
import { readSourcePage } from '../../src/webmention/source-page.ts'

const target = 'https://blog.example/posts/first'
const url = 'https://other.example/notes/7'
const read = (html: string, from = url) => readSourcePage(html, { url: from, target })

describe('a page that mentions a post', () => {
  it.each([
    ['an <a>', `<a href="${target}">x</a>`, true],
    ['an <a> with a fragment', `<a href="${target}#part">x</a>`, true],
    ['an <img>', `<img src="${target}">`, true],
    ['a <blockquote>', `<blockquote cite=${target}>x</blockquote>`, true],
    [
      'a relative address below <base>',
      '<base href="https://blog.example/posts/"><a href="first">x</a>',
      true,
    ],
    ['its text alone', `<p>${target}</p>`, false],
    ['a comment', `<!-- <a href="${target}">x</a> -->`, false],
    ['a script', `<script>document.write('<a href="${target}">x</a>')</script>`, false],
    ['a longer address', `<a href="${target}-2">x</a>`, false],
    ['another attribute', `<a title="${target}" href="/">x</a>`, false],
    ['another scheme', `<a href="${target.replace('https', 'http')}">x</a>`, false],
  ])('links there by %s, or does not', (_, html, links) => {
    expect(read(html).links).toBe(links)
  })

  it('says its name, author and beginning by its h-entry', () => {
    const page = read(`<title>Notes</title><div class="h-entry">
      <h1 class="p-name">On  herons</h1>
      <a class="p-author h-card" href="/"><img alt="" src="/me.png"> <span class="p-name">Ada &amp; Co</span></a>
      <div class="e-content"><style>p { color: red }</style><p>Read <a href="${target}">this</a>.</p></div>
    </div><div class="h-entry"><p class="p-name">Another</p></div>`)
    expect(page).toEqual({
      links: true,
      title: 'On herons',
      author: 'Ada & Co',
      excerpt: 'Read this .'.replace(' .', '.'),
    })
  })

  it('says its name by <title> and <meta> where it has no h-entry', () => {
    const page = read(
      `<head><title>Plain</title><meta name="author" content="Bo"><meta name="description" content="A page."></head>
       <svg><title>A drawing</title></svg>`,
    )
    expect(page).toEqual({ links: false, title: 'Plain', author: 'Bo', excerpt: 'A page.' })
  })

  it('is read with unclosed and wrongly closed tags, deeper than any page, and with control characters', () => {
    const deep = '<div class="h-entry">'.repeat(50_000)
    expect(read(`${deep}<a href="${target}">x`).links).toBe(true)
    expect(read(`</p></div>${'</b>'.repeat(50_000)}<title>a\u0007\u202eb</title>`).title).toBe('a b')
    expect(
      read('<div class="h-entry"><p class="p-name">One</b></p></p></div><p class="p-name">Two').title,
    ).toBe('One')
  })

  it('is shown shortened between two words', () => {
    const { title } = read(`<title>${'word '.repeat(100)}</title>`)
    expect(title?.length).toBeLessThanOrEqual(201)
    expect(title).toMatch(/word…$/)
  })
})
