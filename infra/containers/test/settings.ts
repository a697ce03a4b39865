import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { digestOf } from '@logbook/chassis/access/service-tokens.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { operator, scraper } from '@logbook/contracts/identity.ts'
import { root, type ServiceName, serviceNames, services, urlVariable } from '../../run/services.ts'

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

/** What `npm start` tells Node for a service, as an environment says it; undefined for nothing. */
export const nodeOptionsOf = (name: ServiceName): string | undefined =>
  services[name].nodeArguments?.join(' ')

/** Every variable that a service, or Node below it, asks its environment for. */
export const variablesOf = async (name: ServiceName): Promise<ReadonlySet<string>> => {
  const asked = new Set(['NODE_OPTIONS'])
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

const optional =
  /^(?:(?:MAIL|SMTP|GITHUB|GOOGLE|SIGN|DKIM|SLACK|DISCORD|NOTIFY|AWS)_|MEDIA_(?:WORKERS|FETCH|FILE|PERSON))(?!.*_FILE$)/

/** What a service reads of mail servers, of webhooks, of those who sign people in for it, and of who may sign up: where there are none, nothing is said. */
export const optionalOf = async (name: ServiceName): Promise<string[]> =>
  [...(await variablesOf(name))].filter((variable) => optional.test(variable)).sort()

/** Everyone who shows a token to a service. */
const holders = [...serviceNames.filter((name) => services[name].showsToken), operator, scraper]

/** The tokens that a service is given: its own, and the gateway the scraper's. Of others it knows digests. */
export const secretsOf = (name: ServiceName): string[] => [
  ...(services[name].showsToken ? [name] : []),
  ...(name === 'gateway' ? [scraper] : []),
]

/** The same environment, with secrets that are there: files in a folder that goes with the test. */
export const withSecrets = (env: Environment): Environment => {
  const folder = temporaryFolder()
  const digests = join(folder, 'digests')
  mkdirSync(digests)
  for (const name of holders) {
    writeFileSync(join(folder, name), `the-secret-token-of-${name}`)
    writeFileSync(join(digests, name), digestOf(`the-secret-token-of-${name}`))
  }
  return Object.fromEntries(
    Object.entries(env).map(([variable, value]) => {
      if (/_TOKEN_FILE$/.test(variable)) return [variable, join(folder, basename(value))]
      return [variable, variable === 'SERVICE_DIGESTS_DIR' ? digests : value]
    }),
  )
}

/** Those whose addresses a service is told. */
export const calledBy = async (name: ServiceName): Promise<ServiceName[]> => {
  const variables = await variablesOf(name)
  return serviceNames.filter((called) => called !== name && variables.has(urlVariable(called)))
}
