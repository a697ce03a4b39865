import { cases } from '@logbook/chassis/testing/cases.ts'
import { renderComment } from '@logbook/markdown/comment.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageToMarkdown } from '../src/jekyll/message.ts'
import { only } from '../src/testing/collect.ts'
import { comment, type Files, good, read } from '../src/testing/make-folder.ts'

describe('comments of a folder', () => {
  const thread = (files: Files) =>
    read({
      '_posts/2020-01-01-post.md': good,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [`_data/comments/post/${name}.yml`, text]),
      ),
    })
  const parents = ({ comments }: Awaited<ReturnType<typeof read>>) =>
    comments.map(({ key, parentKey }) =>
      [key, parentKey].map((each) => each?.replace(/^.*\/|\.yml$/g, '') ?? null),
    )

  it('comments of a Jekyll folder answer the top comment that their ordinal counts to, replies not counted', async () => {
    const found = await thread({
      'c-1': comment(),
      'c-2': comment({ replying_to: "'1'" }),
      'c-3': comment({ replying_to: "''" }),
      'c-4': comment({ replying_to: '2' }),
      'c-5': comment({ replying_to: "'9'" }),
    })
    expect(parents(found)).toEqual([
      ['c-1', null],
      ['c-2', 'c-1'],
      ['c-3', null],
      ['c-4', 'c-3'],
      ['c-5', null],
    ])
    expect(only(found.notes).reason).toContain('stands by itself')
  })

  it('comments of a Jekyll folder answer the comment of that id where the ordinal is none', async () => {
    const found = await thread({ a: comment({ _id: 'first-1' }), b: comment({ replying_to: 'first-1' }) })
    expect(parents(found)).toEqual([
      ['a', null],
      ['b', 'a'],
    ])
  })

  it('comments of a Jekyll folder that cannot be read are refused by file, and still count', async () => {
    const found = await thread({
      'c-1': 'name: "x\nmessage: [',
      'c-2': comment(),
      'c-3': comment({ replying_to: "'2'" }),
      'c-4': comment({ replying_to: "'1'" }),
    })
    expect(parents(found)).toEqual([
      ['c-2', null],
      ['c-3', 'c-2'],
      ['c-4', null],
    ])
    expect(only(found.refused).where).toBe('_data/comments/post/c-1.yml')
  })

  it('comments of a Jekyll folder quoted as Ruby quotes are read', async () => {
    const found = await thread({ 'c-1': 'name: Jo\nmessage: "One\nTwo \\"three\\""\ndate: 2020-01-01\n' })
    expect(only(found.comments).content).toBe('One Two "three"')
  })

  it('comments of a Jekyll folder that fill in the hidden field await a verdict', async () => {
    const found = await thread({ 'c-1': comment({ hidden: "''" }), 'c-2': comment({ hidden: 'buy now' }) })
    expect(found.comments.map(({ status }) => status)).toEqual(['approved', 'pending'])
  })

  it('comments of a Jekyll folder take the date of their name, else that of their post', async () => {
    const found = await thread({
      'comment-1481460884456': comment({ date: 'soon' }),
      z: comment({ date: "''" }),
    })
    expect(found.comments.map(({ createdAt }) => createdAt)).toEqual([
      '2016-12-11T12:54:44.456Z',
      '2020-01-01T00:00:00.000Z',
    ])
  })

  it('comments of a Jekyll folder without a text in the folder come under a draft page', async () => {
    const { posts, comments } = await read({
      '_posts/2020-01-01-post.md': good,
      '_data/comments/old-page/c.yml': comment({ _parent: '/pages/old-page/' }),
    })
    expect(posts[1]).toMatchObject({ title: 'old page', slug: 'old-page', kind: 'page', status: 'draft' })
    expect(posts[1]?.content).toContain('`/pages/old-page/`')
    expect(only(comments).postKey).toBe(posts[1]?.key)
  })

  it('comments of a Jekyll folder answer by every field that themes note it in', async () => {
    const id = '0f3c8a10-aaaa-11e7-9c2d-0123456789ab'
    const fields = ['reply_to', 'replyID', 'replyThread', 'parent', 'replying_to', 'replying_to_uid']
    const found = await thread({
      'comment-1': comment({ _id: id }),
      ...Object.fromEntries(fields.map((field) => [`reply-${field}`, comment({ [field]: id })])),
      'reply-to-file': comment({ reply_to: 'comment-1' }),
      'reply-to-reply': comment({ replyThread: id, replyID: 'reply-parent' }),
      'no-reply': comment({ replyThread: "''", reply_to: 'null', parent: '0' }),
    })
    const answered = new Map(parents(found).map(([key, parent]) => [key, parent]))
    for (const field of [...fields.map((each) => `reply-${each}`), 'reply-to-file'])
      expect(answered.get(field), field).toBe('comment-1')
    expect(answered.get('reply-to-reply')).toBe('reply-parent')
    expect(answered.get('no-reply')).toBeNull()
    expect(found.notes).toEqual([])
  })

  it.each([
    ['1506352612', '2017-09-25T15:16:52.000Z'],
    ["'1506352612'", '2017-09-25T15:16:52.000Z'],
    ['1506352612345', '2017-09-25T15:16:52.345Z'],
    ['Mon, 25 Sep 2017 15:25:12 +0000', '2017-09-25T15:25:12.000Z'],
    ['2017-09-25T17:20:12+02:00', '2017-09-25T15:20:12.000Z'],
  ])('comments of a Jekyll folder dated %s are of %s', async (date, expected) => {
    const found = await thread({ a: comment({ date }) })
    expect(only(found.comments).createdAt).toBe(expected)
    expect(found.notes).toEqual([])
  })

  it('comments of a Jekyll folder in one file, as a list or by name, come in its order', async () => {
    const { comments, refused } = await read({
      '_posts/2020-01-01-post.md': good,
      '_posts/2020-01-02-other.md': good,
      '_data/comments/post.yml':
        '- {name: Kim, message: One, _id: x}\n- {name: Lu, message: Two, reply_to: x}\n- words\n',
      '_data/comments/other.json': '{"a": {"message": "Three"}, "b": {"message": "Four"}}',
    })
    expect(comments.map(({ content }) => content)).toEqual(['One', 'Two', 'Three', 'Four'])
    expect(comments[1]?.parentKey).toBe(comments[0]?.key)
    expect(new Set(comments.map(({ key }) => key)).size).toBe(4)
    expect(only(refused).where).toBe('_data/comments/post.yml, 3')
  })

  it('comments of a Jekyll folder longer than Logbook takes are cut, and the entities of a name are decoded', async () => {
    const message = `"${'word '.repeat(2_200)}"`
    const found = await thread({ a: comment({ message, name: '"Ann &amp; Bob &#8212; <x>"' }) })
    expect(only(found.comments).content.length).toBeLessThanOrEqual(10_000)
    expect(only(found.comments).author?.name).toBe('Ann & Bob — <x>')
    expect(only(found.notes).reason).toContain('10000 characters was cut')
  })
})

describe('a message', () => {
  const convert = (message: string) => {
    const notes: string[] = []
    const content = messageToMarkdown(message, { change: (address) => address }, (reason) =>
      notes.push(reason),
    )
    return { content, notes, html: renderComment(content) }
  }

  it.each([
    ['in HTML', '<p>Hi <b>you</b> &amp; me,</p>\n<p>bye</p>', 'Hi **you** & me,\n\nbye'],
    ['with breaks', 'One<br />\nTwo<br>Three', 'One\\\nTwo\\\nThree'],
    ['of Markdown and HTML', '*One*\ntwo <i>three</i>\n\n- `<p>`', '*One*\\\ntwo *three*\n\n- `<p>`'],
    ['with code', '<pre><code>a &lt; b\n\n  c</code></pre>', '```\na < b\n\n  c\n```'],
    ['with a link', '<a href="https://a.example/" rel="nofollow">a</a>', '[a](https://a.example/)'],
    ['with a list', '<ul><li>One</li><li>Two</li></ul>', '- One\n- Two'],
    ['with a film', '<iframe src="https://v.example/1"></iframe>', '<https://v.example/1>'],
    ['with unknown brackets', 'Map<String, Int> is <em>it</em>', 'Map\\<String, Int> is *it*'],
    ['with an unclosed script', 'Put <script> <b>first</b>', 'Put \\<script> **first**'],
  ])(
    'the message of a comment becomes the Markdown of what its theme shows: %s',
    (_name, message, expected) => {
      expect(convert(message).content).toBe(expected)
    },
  )

  it.each([
    'Plain *words*\nand lines  \n> quote',
    '`<p>code</p>` and 1 < 2 > 0',
    '```html\n<p>x</p>\n```',
    'List<String> <https://a.example/> <jo@example.org>',
  ])('the message of a comment without HTML stays as it was typed: %j', (message) => {
    expect(convert(message)).toMatchObject({ content: message, notes: [] })
  })

  it.each([
    '<script>alert(1)</script> <b>x</b>',
    '<p onclick="alert(1)">x</p><style>p { color: red }</style>',
    '<a href="javascript:alert(1)">x</a>',
    '<img src=y onerror=alert(1)>x',
    '<svg onload=alert(1)><b>x</b></svg>',
  ])('the message of a comment that would harm is shown without harm: %s', (message) => {
    const { html } = convert(message)
    expect(html).toContain('x')
    expect(html).not.toMatch(/<(?:script|style|img|svg)|href="javascript|onclick=(?!.*&)/i)
  })

  it('the message of a comment shows no tag of any HTML that a reader would see', () => {
    const name = fc.constantFrom(
      'p',
      'b',
      'i',
      'em',
      'strong',
      'code',
      'blockquote',
      'ul',
      'li',
      'div',
      'span',
      'u',
    )
    const part = fc.oneof(
      fc.constantFrom('word', 'two words', '\n', '\n\n', '<br>', '<br/>', '*', '&amp;'),
      fc
        .tuple(name, fc.constantFrom('word', '<b>word</b>', ''))
        .map(([tag, inside]) => `<${tag}>${inside}</${tag}>`),
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 10 }), (parts) => {
        expect(convert(parts.join('')).html).not.toMatch(/&(?:lt|#x3C);\/?\w/)
      }),
      cases(60),
    )
  })
})
