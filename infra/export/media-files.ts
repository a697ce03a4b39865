import type { LivePost } from '@logbook/contracts/events/posts.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { yamlOf } from '@logbook/importer/logbook/front-matter.ts'
import { rewriteAddresses } from '@logbook/importer/markdown/rewrite.ts'

/** The names of exported files by the ids of their media. */
export type MediaFiles = ReadonlyMap<string, string>

const nameBytesMax = 200
const unsafe = /[/\\:*?"<>|\p{Cc}]|^\.|^\s*$/u

/** Gives each file of an export a name of its own: that of its medium, with a number where two are alike but for case. */
export const createFileNames = () => {
  const taken = new Map<string, number>()
  return ({ id, name }: Pick<MediumAnswer, 'id' | 'name'>): string => {
    const [, stem = '', extension = ''] = /^(.*?)(\.\w{1,10})?$/s.exec(name) ?? []
    const isUsable = !unsafe.test(name) && Buffer.byteLength(name) <= nameBytesMax
    const base = isUsable ? stem : id
    const key = (each: string) => (each + extension).normalize('NFC').toLowerCase()
    let given = base
    for (let number = taken.get(key(base)) ?? 1; taken.has(key(given)); ) {
      number += 1
      given = `${base} (${number})`
      taken.set(key(base), number)
    }
    taken.set(key(given), 1)
    return given + extension
  }
}

/** What an export says of a file of `media/`, in a file of its own. */
export const mediumFile = (
  { id, name, alt, focus, type }: MediumAnswer,
  file: string,
): { path: string; text: string } => ({
  path: `_data/media/${id}.yml`,
  text: yamlOf({ id, file, name, alt, focus, type }),
})

const mediumAddress = /^\/api\/media\/([0-9a-f-]{36})\/[a-z0-9.-]+(?:#[\w=@,]*)?$/

const encoded = (file: string): string =>
  encodeURIComponent(file).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)

/** A post whose pictures are the files of its export: `../media/heron.jpg` in the text, `/media/heron.jpg` as its cover. */
export const withFiles = (post: LivePost, files: MediaFiles): LivePost => {
  const leadTo = (before: string) => (address: string) => {
    const file = files.get(mediumAddress.exec(address)?.[1] ?? '')
    return file === undefined ? address : `${before}media/${encoded(file)}`
  }
  const { content, cover } = post
  return {
    ...post,
    content: content.includes('/api/media/') ? rewriteAddresses(content, { change: leadTo('../') }) : content,
    cover: cover === null ? null : leadTo('/')(cover),
  }
}
