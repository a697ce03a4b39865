import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runProcess } from '@logbook/chassis/start/run-process.ts'
import type { ServiceProgram } from '@logbook/chassis/start/run-service.ts'
import { environmentIn } from './service-environment.ts'
import { definitionOf, frontNames, type Place, root, type ServiceName } from './services.ts'

/** What this process is told, as JSON in its first argument. It holds no secret: those stand in files, or in the environment. */
export interface Together {
  names: readonly ServiceName[]
  place: Place
  /** For each of them, beside those that follow from the place. */
  settings?: Readonly<Record<string, string>>
}

const programOf = async (name: ServiceName): Promise<ServiceProgram> => {
  const module: { service: ServiceProgram } = await import(pathToFileURL(join(root, definitionOf(name))).href)
  return module.service
}

/** Several services as one process, each with the environment that it has in a process of its own. */
const { names, ...together } = JSON.parse(process.argv[2] ?? '') as Together
const [first, ...others] = await Promise.all(names.map(programOf))
if (first !== undefined)
  await runProcess([first, ...others], {
    name: 'logbook',
    front: frontNames,
    envOf: (name) => environmentIn({ name: name as ServiceName, ...together }),
  })
