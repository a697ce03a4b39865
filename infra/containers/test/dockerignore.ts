import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../run/services.ts'

const expressionOf = (pattern: string): RegExp => {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?')
  return new RegExp(`^${source}(?:/|$)`)
}

const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ lets: line.startsWith('!'), expression: expressionOf(line.replace(/^!/, '')) }))

/** Whether a path from the root of the repository reaches the builder. As with Docker, the last rule that fits decides. */
export const reachesBuilder = (path: string): boolean =>
  rules.findLast(({ expression }) => expression.test(path))?.lets ?? true
