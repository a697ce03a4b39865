import { join } from 'node:path'
import newman, { type NewmanRunSummary } from 'newman'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { blogOf } from '../e2e/blog.ts'
import { type Logbook, sharedLogbook } from '../e2e/logbook.ts'
import { read } from '../house/sources.ts'
import { defaultPorts, type ServiceName, serviceNames } from '../run/services.ts'
import { gatewayRoutes, routesOf, shapeOf } from './routes.ts'

/** Some hundred requests one after another, on a busy machine. */
const runMsMax = 240_000

const file = (name: string) => join(import.meta.dirname, name)
const collectionFile = 'infra/postman/logbook.postman_collection.json'
const environment = z
  .object({ values: z.array(z.object({ key: z.string(), value: z.string() })) })
  .parse(JSON.parse(read('infra/postman/logbook.postman_environment.json')))

const item = z.object({
  name: z.string(),
  event: z.array(z.object({ listen: z.string(), script: z.object({ exec: z.array(z.string()) }) })),
  request: z.object({ method: z.string(), url: z.object({ raw: z.string() }) }),
})
const items = z
  .object({ item: z.array(z.object({ name: z.string(), item: z.array(item) })) })
  .parse(JSON.parse(read(collectionFile)))
  .item.flatMap(({ item }) => item)

/** The variable that a service's address has in the environment. */
const variableOf = (name: ServiceName) => (name === 'event-bus' ? 'bus' : name)
const asked = items.map(({ request: { method, url } }) => {
  const [, base = '', path = ''] = /^\{\{(\w+)\}\}(\/[^?]*)/.exec(url.raw) ?? []
  // A stream of events has no end to wait for, so its HEAD is asked for.
  return `${base} ${method === 'HEAD' ? 'GET' : method} ${path}`
})
const isAsked = (base: string, method: string, path: string) => {
  const wanted = new RegExp(`^${base} ${method} ${shapeOf(path).replaceAll(':x', '[^/]+')}$`)
  return asked.some((each) => wanted.test(each))
}

describe('the Postman collection', () => {
  it('the Postman collection asks every address of the gateway', () => {
    // Most steps of signing in need a browser, a mail or another site.
    const routes = gatewayRoutes().filter(({ path }) => !path.startsWith('/api/accounts/auth/'))
    expect(routes.length).toBeGreaterThan(15)
    expect(routes.filter(({ method, path }) => !isAsked('gateway', method, path))).toEqual([])
  })

  it('the Postman collection asks every address of every service, through the gateway or straight', () => {
    const throughGateway = gatewayRoutes()
    const missing = serviceNames.flatMap((service) =>
      routesOf(service)
        .filter(({ method, path }) => !isAsked(variableOf(service), method, path))
        // What the gateway hands on as HEAD alone is not among its GETs.
        .filter(({ method, path }) => !isAsked('gateway', method, `/api${path}`))
        .filter(
          (route) =>
            !throughGateway.some(
              (each) =>
                each.service === service &&
                each.method === route.method &&
                shapeOf(each.path).endsWith(shapeOf(route.path)),
            ),
        )
        .map(({ method, path }) => `${service}: ${method} ${path}`),
    )
    expect(routesOf('posts').length).toBeGreaterThan(5)
    expect(missing).toEqual([])
  })

  it('the Postman collection expects something of every answer', () => {
    const silent = items.filter(
      ({ event }) =>
        !event.some(({ listen, script }) => listen === 'test' && script.exec.join('').includes('pm.test(')),
    )
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it('the Postman collection comes with the addresses that npm start uses', () => {
    expect(Object.fromEntries(environment.values.map(({ key, value }) => [key, value]))).toEqual(
      Object.fromEntries([
        ...serviceNames.map((name) => [variableOf(name), `http://127.0.0.1:${defaultPorts[name]}`]),
        // A secret stands in no file that is shared: `npm run -s token -- --bus` says it.
        ['busToken', ''],
      ]),
    )
  })
})

describe('against a running Logbook', () => {
  let logbook: Logbook
  beforeAll(async () => {
    logbook = await sharedLogbook()
  })

  const runCollection = () =>
    new Promise<NewmanRunSummary>((resolve, reject) => {
      newman.run(
        {
          collection: file('logbook.postman_collection.json'),
          environment: file('logbook.postman_environment.json'),
          envVar: [
            ...serviceNames.map((name) => ({ key: variableOf(name), value: logbook.url(name) })),
            { key: 'busToken', value: logbook.tokenOf() },
          ],
          reporters: [],
          timeoutRequest: 15_000,
        },
        (error, summary) => (error ? reject(error) : resolve(summary)),
      )
    })

  /** What readers, people of the staff and operators see of a blog: all that the collection could leave behind. */
  const picture = async () => {
    const owner = await logbook.as('owner')
    const read = async (url: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(url, { headers })
      const text = await answer.text()
      return [
        url,
        answer.status,
        /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : text,
      ]
    }
    await blogOf(logbook).settled()
    const gateway = logbook.url('gateway')
    const [, , { rules }] = (await read(`${gateway}/api/moderation/rules`, owner)) as [
      string,
      number,
      { rules: unknown[] },
    ]
    const publicly = [
      '/api/posts',
      '/api/tags',
      '/api/archive',
      '/api/search?q=birds',
      '/sitemap.xml',
      '/feed.json',
    ]
    const byOwner = ['author/posts', 'moderation/queue', 'accounts/people', 'accounts/invitations']
    return [
      rules,
      ...(await Promise.all(publicly.map((path) => read(`${gateway}${path}`)))),
      ...(await Promise.all(byOwner.map((path) => read(`${gateway}/api/${path}`, owner)))),
      await read(`${logbook.url('accounts')}/operator/tokens`, logbook.authorizationOf()),
      await read(`${logbook.url('event-bus')}/subscriptions`, logbook.authorizationOf()),
    ]
  }

  it.each(['the first time', 'a second time'])(
    'every expectation of the Postman collection holds against a running Logbook %s, and nothing is left behind',
    async () => {
      const before = await picture()
      const { run } = await runCollection()
      const failures = run.failures.map(
        ({ source, error }) =>
          `${source && 'name' in source ? source.name : '?'}: ${error.test}: ${error.message}`,
      )
      expect(failures).toEqual([])
      expect(await picture()).toEqual(before)
      expect(run.stats.assertions.total ?? 0).toBeGreaterThan(items.length)
    },
    runMsMax,
  )
})
