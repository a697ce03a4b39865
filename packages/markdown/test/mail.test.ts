import { describe, expect, it } from 'vitest'
import { renderMail } from '../src/mail.ts'

const page = 'https://blog.example/posts/the-heron'
const mail = (markdown: string) => renderMail(markdown, page)

describe('a post as a mail', () => {
  it('addresses of links and pictures are absolute, those within the post lead to its page', () => {
    const { html } = mail('[a](/about) [b](other) [c](#part) ![d](/d.png)\n\n[e](https://else.example/)')
    expect(html).toContain('href="https://blog.example/about"')
    expect(html).toContain('href="https://blog.example/posts/other"')
    expect(html).toContain(`href="${page}#p-part"`)
    expect(html).toContain('src="https://blog.example/d.png"')
    expect(html).toContain('href="https://else.example/"')
  })

  it('a picture of the media has an absolute address, a width that fits a mail, and no other formats', () => {
    const id = '01920000-0000-7000-8000-000000000001'
    const { html } = mail(`![A heron](/api/media/${id}/original.jpg#1600x900)\n*At dawn*`)
    expect(html).toContain(`src="https://blog.example/api/media/${id}/w`)
    expect(html).toMatch(/\.jpg" alt="A heron"[^>]*width="600" height="338"/)
    expect(html).toContain('<figcaption style="font-size:14px">At dawn</figcaption>')
    expect(html).not.toMatch(/<source|srcset|#1600x900/)
  })

  it('a mail needs no style sheet, and sets no colour', () => {
    const { html } = mail('> quote\n\n```ts\nlet a = 1\n```\n\n| a |\n|---|\n| b |\n\n- [x] done')
    expect(html).toMatch(/<blockquote style="[^"]*border-left:3px solid">/)
    expect(html).toMatch(/<pre style="[^"]*pre-wrap/)
    expect(html).toMatch(/<td style="border:1px solid/)
    expect(html).toContain('☑ ')
    expect(html).not.toMatch(/class=|id=|<input|color/)
  })

  it('what is no text stays out, whatever the post contains', () => {
    const hostile = '<script>alert(1)</script><style>*{}</style><iframe src="https://x.example"></iframe>'
    const { html, plain } = mail(
      `${hostile}<p style="position:fixed" onclick="x()">y</p>\n\n[z](javascript:x)`,
    )
    expect(html).not.toMatch(/script|<style|iframe|onclick|fixed/)
    expect(plain).not.toMatch(/alert|<p/)
  })

  it('the plain text has words, marks of lists, and addresses behind links and pictures', () => {
    const { plain } = mail(
      '## Head\n\nSee [this](/a) & *that*.\n\n1. one\n2. two\n\n- item\n\n![A heron](/h.jpg)\n\n---\n\nhttps://blog.example/x',
    )
    expect(plain).toBe(
      'Head\n\nSee this (https://blog.example/a) & that.\n\n1. one\n2. two\n- item\n[A heron]\n\n---\n\nhttps://blog.example/x',
    )
  })
})
