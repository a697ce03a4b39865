import { describe, expect, it } from 'vitest'
import { misplaced, services } from './folders.ts'
import { allFiles } from './sources.ts'

describe('folders of the services', () => {
  it('every service has the same files at the root of src, and all else in folders that are named', () => {
    expect(misplaced(allFiles)).toEqual([])
  })

  it('every service has tests and a package of its own', () => {
    const lacking = services.filter(
      (service) =>
        !allFiles.some((path) => path.startsWith(`${service}/test/`)) ||
        !allFiles.includes(`${service}/package.json`),
    )
    expect(lacking).toEqual([])
  })

  it('a file at the root, an unnamed folder and a missing file of a service are reported', () => {
    const files = allFiles.filter((path) => path !== 'posts/src/limits.ts')
    expect(misplaced([...files, 'posts/src/reactor.ts', 'query/src/misc/rows.ts'])).toEqual([
      'posts/src/limits.ts: is missing',
      'posts/src/reactor.ts: belongs in a folder',
      'query/src/misc/: is no folder that services have; name it in infra/house/folders.ts',
    ])
  })
})
