import { servicePorts } from '@logbook/contracts/services.ts'
import { describe, expect, it } from 'vitest'
import { startOrder } from '../run/services.ts'
import { misplaced, services } from './folders.ts'
import { allFiles, read } from './sources.ts'

const processes = Object.keys(servicePorts).sort()

describe('folders of the services', () => {
  it('every service has the same files at the root of src, and all else in folders that are named', () => {
    expect(misplaced(allFiles)).toEqual([])
  })

  it('every service that has a port is started, and its folder is a workspace whose types and tests are checked', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    const { include, exclude = [] } = JSON.parse(read('tsconfig.json')) as {
      include: string[]
      exclude?: string[]
    }
    const [, tested = ''] = /'\{([\w,-]+)\}\/\*\*\/\*\.test\.\{ts,tsx\}'/.exec(read('vitest.config.ts')) ?? []
    expect([...startOrder].sort()).toEqual(processes)
    expect([...services, 'client'].sort()).toEqual(processes)
    expect(tested.split(',').sort()).toEqual(processes)
    expect(workspaces).toEqual(expect.arrayContaining(processes))
    expect(include).toEqual(expect.arrayContaining(processes.filter((name) => !exclude.includes(name))))
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
