import { describe, expect, it } from 'vitest'
import { openBlog } from '../src/open-blog.ts'
import { withFile, withFolder } from '../src/testing/make-export.ts'
import { type Files, now, write } from '../src/testing/make-folder.ts'

const reasonFor = (path: string) =>
  openBlog({ path, now }).then(
    () => '',
    (error: Error) => error.message,
  )

describe('what is no blog that is read', () => {
  it.each([
    ['a Ghost export without a post', '{"db": [{"data": {"posts": []}}]}', /Ghost/],
    ['JSON of something else', '{"name": "x"}', /no export of Ghost/],
    [
      'a Blogger export',
      '<feed xmlns="http://www.w3.org/2005/Atom"><generator>Blogger</generator></feed>',
      /Blogger/,
    ],
    ['a page, as Medium exports', '<!doctype html><html></html>', /HTML.*Medium.*first/],
    ['an archive', 'PK\u0003\u0004', /ZIP/],
    ['a feed', '<rss><channel><title>x</title></channel></rss>', /feed/],
    ['nothing', '', /not a WordPress export/],
  ])(
    'a file that is no blog is refused with what it is and what is accepted: %s',
    async (_name, content, reason) => {
      const message = await withFile(content, reasonFor)
      expect(message).toMatch(reason)
      expect(message).toMatch(/Taken are a WordPress export .*, the folder of a Jekyll blog/)
    },
  )

  it.each<[string, Files, RegExp]>([
    ['a Hugo site without texts', { 'hugo.toml': '', 'layouts/a.html': 'x' }, /Hugo.*folder content/],
    ['a folder of Markdown', { 'a.md': '# A' }, /Markdown files/],
    [
      'a folder of Medium',
      { 'posts/a.html': '<p>x</p>', 'README.html': '<p>x</p>' },
      /Medium.*Ghost or WordPress/,
    ],
    ['a folder of Blogger', { 'feed.atom': '<feed/>' }, /Blogger.*WordPress/],
    ['a folder with JSON', { 'blog.ghost.json': '{}' }, /Ghost/],
    ['a folder with an export', { 'export.xml': '<rss/>' }, /XML files/],
    ['an empty folder', {}, /not a Jekyll blog/],
  ])(
    'a folder that is no blog is refused with what it is and what is accepted: %s',
    async (_name, files, reason) => {
      const message = await withFolder(async (folder) => {
        await write(folder, files)
        return reasonFor(folder)
      })
      expect(message).toMatch(reason)
      expect(message).toContain('Taken are a WordPress export')
    },
  )
})
