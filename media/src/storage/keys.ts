import { limits } from './limits.ts'

const name = /^[a-z0-9._-]+$/

const objectionToName = (each: string): boolean =>
  !name.test(each) || each === '.' || each === '..' || each.length > limits.nameCharsMax

/** The names of a key. Throws a TypeError for a key that could leave the storage or mean two things: `..`, NUL, capitals, empty names. */
export const namesOf = (key: string): string[] => {
  const names = key.split('/')
  if (key.length > limits.keyCharsMax || names.some(objectionToName))
    throw new TypeError(`${JSON.stringify(key.slice(0, limits.keyCharsMax))} is no key of the storage.`)
  return names
}

/** The whole names of a prefix, and the beginning of the next one, which may be empty. Throws a TypeError as `namesOf` does. */
export const namesOfPrefix = (prefix: string): { folders: string[]; beginning: string } => {
  const folders = prefix.split('/')
  const beginning = folders.pop() ?? ''
  if (folders.length > 0) namesOf(folders.join('/'))
  if (beginning !== '' && !name.test(beginning)) namesOf(beginning)
  return { folders, beginning }
}
