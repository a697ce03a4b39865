import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { oneLine, toSlug } from '../fields.ts'
import { type FolderFiles, readBounded } from './scan-folder.ts'
import { parseYamlMap, type YamlMap, yamlMap, yamlText } from './yaml.ts'

const dated = /^(\d{4}-\d{1,2}-\d{1,2})-(.+)$/

/** `_posts/notes/2012-08-31-faces.md` as its date and its name, without folder and ending; a draft has no date. */
export const nameOf = (path: string): { date: string | undefined; name: string } => {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const [, date, name] = dated.exec(file) ?? []
  return { date, name: name ?? file }
}

/** What all of a Jekyll folder's texts need to know of the rest of it. */
export interface Site {
  identity: string
  /** The blog's author, for posts that name none. */
  author: string
  /** Names by the short name that posts use for them. */
  authors: ReadonlyMap<string, string>
  /** The slug of a post by the name that `{% post_url %}` uses for it: with or without folder, date and ending. */
  slugOf(post: string): string | undefined
  now: Date
}

const readMap = async (path: string): Promise<YamlMap> => {
  const exists = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!exists) return {}
  try {
    return parseYamlMap({ text: await readBounded(path), line: 1 })
  } catch {
    return {}
  }
}

const personIn = (map: YamlMap): string => {
  const person = yamlMap(map, 'author')
  return oneLine(person === undefined ? yamlText(map, 'author') : yamlText(person, 'name'))
}

/**
 * What makes this blog's keys its own. Its address where `_config.yml` names one; else the path of its first text, which
 * two blogs hardly share and which stays while the blog grows.
 */
const identityOf = (config: YamlMap, files: FolderFiles): string => {
  const address = `${yamlText(config, 'url')}${yamlText(config, 'baseurl')}`
  const plain = address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
  return plain || `since:${files.posts[0] ?? files.drafts[0] ?? ''}`
}

export const readSite = async (
  folder: string,
  files: FolderFiles,
  { identity, now }: { identity: string | undefined; now: Date },
): Promise<Site> => {
  const config = await readMap(join(folder, '_config.yml'))
  const people = await readMap(join(folder, '_data/authors.yml'))
  const slugs = new Map<string, string>()
  for (const path of files.posts) {
    const { name } = nameOf(path)
    const slug = toSlug(name)
    const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
    if (slug !== undefined) for (const key of [file, name]) slugs.set(key.toLowerCase(), slug)
  }
  return {
    identity: identity ?? identityOf(config, files),
    author: personIn(config),
    authors: new Map(
      Object.keys(people).flatMap((key) => {
        const person = yamlMap(people, key)
        const name = person === undefined ? '' : oneLine(yamlText(person, 'name'))
        return name === '' ? [] : [[key, name] as const]
      }),
    ),
    slugOf: (post) =>
      slugs.get(
        post
          .replace(/^.*\//, '')
          .replace(/\.(?:md|markdown|html?)$/i, '')
          .toLowerCase(),
      ),
    now,
  }
}
