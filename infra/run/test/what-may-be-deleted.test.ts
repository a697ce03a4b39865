import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, serviceNames, services, viewNames } from '../services.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = execFileSync('git', ['ls-files', '*.md', '*.yaml'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '')

describe('what may be deleted of a data folder', () => {
  it('the welcome post names the files that may be deleted: the views and nothing else', () => {
    const [, deletable = '', rest = ''] =
      /(delete these views[\s\S]*?)\n\n([\s\S]*)/.exec(read('infra/run/welcome.md')) ?? []
    const named = [...deletable.matchAll(/`([\w-]+)\.sqlite\*`/g)].map(([, name]) => name)
    expect(named).toEqual([...viewNames])
    const kept = serviceNames.filter(
      (name) => services[name].keepsFile && !viewNames.some((view) => view === name),
    )
    expect(kept).toEqual(['event-bus', 'accounts'])
    for (const name of kept) expect(rest).toContain(`\`${name}.sqlite\``)
    expect(rest).toContain('`secrets/master-key`')
  })

  it.each(pages)('%s does not say that all files but one may be deleted', (page) => {
    const text = read(page).replaceAll(/\s+/g, ' ')
    expect(text).not.toMatch(
      /\b(every|all|any) (other )?(files?|one)\b[^.]{0,80}\b(but|except|may be deleted|can be deleted)/i,
    )
    expect(text).not.toMatch(/\b(delete|remove)\b[^.]{0,40}\b(every|all|any) (other )?files?\b/i)
  })
})
