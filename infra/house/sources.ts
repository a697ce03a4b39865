import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run/services.ts'

const ignored = new Set(['node_modules', '.git', 'build', 'data', '.cache', '.react-router', 'coverage'])

/** Every file of the repository, as paths from its root with `/` between. */
const list = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return []
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    return entry.isDirectory() ? list(path) : [path]
  })

export const allFiles: readonly string[] = list('')
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export const isTest = (path: string): boolean => /\.test\.tsx?$|\/(test|testing|e2e)\//.test(path)
export const codeFiles: readonly string[] = allFiles.filter((path) => /\.(ts|tsx|js)$/.test(path))

/** Which of the house's parts a file belongs to: `packages/chassis`, `posts`, `infra` … */
export const partOf = (path: string): string => {
  const [first = '', second = ''] = path.split('/')
  return first === 'packages' ? `${first}/${second}` : first
}
export const parts: readonly string[] = [
  ...new Set(codeFiles.filter((path) => path.includes('/')).map(partOf)),
].filter((part) => allFiles.includes(`${part}/package.json`))

/** Lines of text: a newline at the end begins none. */
export const lineCount = (text: string): number => text.replace(/\n$/, '').split('\n').length
