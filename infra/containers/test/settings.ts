import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, type ServiceName, serviceNames, urlVariable } from '../../run/services.ts'

type Environment = Record<string, string>
interface Listens {
  host: string
  port: number
}

const configFileOf = (name: ServiceName): string => {
  const file = [`${name}/src/config.ts`, `${name}/server/config.ts`].find((each) =>
    existsSync(join(root, each)),
  )
  if (file === undefined) throw new Error(`${name} has no config.ts`)
  return join(root, file)
}

/** What a service makes of an environment; throws where it would not start with it. */
export const configOf = async (name: ServiceName, env: Environment): Promise<Listens> => {
  const { readConfig } = (await import(pathToFileURL(configFileOf(name)).href)) as {
    readConfig: (env: Environment) => Listens
  }
  return readConfig(env)
}

/** Every variable that a service asks its environment for. */
export const variablesOf = async (name: ServiceName): Promise<ReadonlySet<string>> => {
  const asked = new Set<string>()
  const listening = new Proxy<Environment>(
    {},
    {
      get: (_env, variable) => {
        asked.add(String(variable))
        return undefined
      },
    },
  )
  await configOf(name, listening)
  return asked
}

/** Those whose addresses a service is told. */
export const calledBy = async (name: ServiceName): Promise<ServiceName[]> => {
  const variables = await variablesOf(name)
  return serviceNames.filter((called) => called !== name && variables.has(urlVariable(called)))
}
