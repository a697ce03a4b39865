import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An element of an item, its text in CDATA. */
const element = ([name, value]: [string, string]): string => `<${name}><![CDATA[${value}]]></${name}>`

export interface MadeComment {
  id: number
  parent?: number
  fields?: Record<string, string>
}

export const commentXml = ({ id, parent = 0, fields = {} }: MadeComment): string => {
  const all = {
    'wp:comment_id': `${id}`,
    'wp:comment_author': 'Jo Reader',
    'wp:comment_author_email': 'jo@example.org',
    'wp:comment_author_IP': '192.0.2.7',
    'wp:comment_date_gmt': '2020-01-02 00:00:00',
    'wp:comment_content': `Comment ${id}`,
    'wp:comment_approved': '1',
    'wp:comment_parent': `${parent}`,
    ...fields,
  }
  return `<wp:comment>${Object.entries(all).map(element).join('\n')}</wp:comment>`
}

/** An item of an export. `fields` replace the usual ones, `inside` is put in as it is. */
export const itemXml = ({
  id,
  fields = {},
  inside = '',
}: {
  id: number
  fields?: Record<string, string>
  inside?: string
}): string => {
  const all = {
    title: `Post ${id}`,
    'dc:creator': 'ann',
    'content:encoded': `Text of ${id}.`,
    'wp:post_id': `${id}`,
    'wp:post_date_gmt': '2020-01-01 12:00:00',
    'wp:post_name': `post-${id}`,
    'wp:status': 'publish',
    'wp:post_type': 'post',
    ...fields,
  }
  return `<item>${Object.entries(all).map(element).join('\n')}${inside}</item>`
}

export interface MadeExport {
  items: readonly string[]
  prolog?: string
  wordpress?: string
  link?: string
}

export const exportXml = ({
  items,
  prolog = '<?xml version="1.0" encoding="UTF-8"?>',
  wordpress = 'http://wordpress.org/export/1.2/',
  link = 'https://blog.example.org',
}: MadeExport): string => `${prolog}
<rss version="2.0" xmlns:excerpt="${wordpress}excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="${wordpress}"><channel><title>A blog</title>
<link>${link}</link><pubDate>Tue, 27 Jan 2015 14:56:57 +0000</pubDate><wp:base_blog_url>${link}</wp:base_blog_url>
<wp:author><wp:author_login>ann</wp:author_login><wp:author_display_name>Ann Author</wp:author_display_name></wp:author>
${items.join('\n')}
</channel></rss>
`

/** Gives a test a file or folder in a temporary place, and takes it away afterwards. */
export const withFolder = async <Result>(use: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-import-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const withFile = <Result>(
  content: string | Uint8Array,
  use: (file: string) => Promise<Result>,
): Promise<Result> =>
  withFolder(async (folder) => {
    const file = join(folder, 'export.xml')
    await writeFile(file, content)
    return use(file)
  })
