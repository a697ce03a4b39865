import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { scraper } from '@logbook/contracts/identity.ts'
import { Router } from 'express'
import { describe, expect, it } from 'vitest'
import { imageEnvironment } from '../../containers/test/dockerfile.ts'
import {
  calledBy,
  configOf,
  nodeOptionsOf,
  optionalOf,
  variablesOf,
  withSecrets,
} from '../../containers/test/settings.ts'
import { limits } from '../../run/limits.ts'
import {
  defaultPorts,
  healthPaths,
  root,
  type ServiceName,
  serviceNames,
  services,
  urlVariable,
} from '../../run/services.ts'
import { kustomization, ofKind, settings, workloadOf } from './manifests.ts'

const nameLabel = 'app.kubernetes.io/name'
const probesOf = (name: string) => {
  const { startupProbe, livenessProbe, readinessProbe } = workloadOf(name).container
  return { startupProbe, livenessProbe, readinessProbe }
}
const environmentOf = (name: ServiceName): Record<string, string> =>
  Object.fromEntries(
    (workloadOf(name).container.env ?? []).flatMap(({ name: variable, value, valueFrom }) => {
      if (valueFrom?.secretKeyRef?.optional) return []
      const { name: map, key = '' } = valueFrom?.configMapKeyRef ?? {}
      if (value != null) return [[variable, value]]
      if (valueFrom?.secretKeyRef != null) {
        const secret = {
          SERVICE_TOKEN: { name: `token-${name}`, key: 'token' },
          METRICS_TOKEN: { name: `token-${scraper}`, key: 'token' },
          MASTER_KEY: { name: 'master-key', key: 'key' },
        }[variable]
        expect([variable, valueFrom.secretKeyRef]).toEqual([variable, secret])
        return [[variable, 'what-the-secret-holds']]
      }
      expect(map).toBe(kustomization.configMapGenerator[0]?.name)
      expect(settings).toHaveProperty(key)
      return [[variable, settings[key] ?? '']]
    }),
  )

describe.each(serviceNames)('%s in Kubernetes', (name) => {
  it('the workload of a service runs its image, of this version, at its port', () => {
    const { container } = workloadOf(name)
    const image = kustomization.images.find((each) => each.name === container.image)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(image).toEqual({ name: `logbook/${name}`, newTag: version })
    expect(container.ports).toEqual([{ name: 'http', containerPort: defaultPorts[name] }])
    expect(container).not.toHaveProperty('command')
  })

  it('each workload is told what it reads, and the addresses of the services it calls', async () => {
    const environment = environmentOf(name)
    const read = await variablesOf(name)
    for (const variable of Object.keys(environment)) expect(read).toContain(variable)
    const urls = Object.entries(environment).filter(
      ([variable]) => variable.endsWith('_URL') && variable !== 'PUBLIC_URL',
    )
    const expected = (await calledBy(name)).map((called) => [
      urlVariable(called),
      `http://${called}:${defaultPorts[called]}`,
    ])
    expect(urls.sort()).toEqual(expected.sort())
    const config = await configOf(name, withSecrets({ ...imageEnvironment(name), ...environment }))
    expect(config).toMatchObject({ host: '0.0.0.0', port: defaultPorts[name] })
  })

  it('the workload of a service tells Node what npm start does', () => {
    expect(environmentOf(name).NODE_OPTIONS).toBe(nodeOptionsOf(name))
  })

  it('the workload of a service is reached by its name at its port', () => {
    const service = ofKind('Service').find(({ metadata }) => metadata.name === name)
    expect(service?.spec).toMatchObject({
      type: 'ClusterIP',
      selector: { [nameLabel]: name },
      ports: [{ port: defaultPorts[name], targetPort: 'http' }],
    })
    const { labels, workload } = workloadOf(name)
    expect(labels).toEqual({ [nameLabel]: name })
    expect(workload.spec?.selector.matchLabels).toEqual(labels)
  })

  it('the workload of a service is asked whether it lives, and apart from that whether it can work', () => {
    const { startupProbe, livenessProbe, readinessProbe } = probesOf(name)
    expect(startupProbe?.httpGet).toEqual({ path: healthPaths.live, port: 'http' })
    expect(livenessProbe?.httpGet).toEqual({ path: healthPaths.live, port: 'http' })
    expect(readinessProbe?.httpGet).toEqual({ path: healthPaths.ready, port: 'http' })
  })

  it('the workload of a service keeps its file, if it has one, on a volume of its own where it is alone', () => {
    const { workload, pod, container } = workloadOf(name)
    const folder = dirname(imageEnvironment(name).DATABASE ?? '')
    const mounts = (container.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true)
    expect(mounts.map(({ mountPath }) => mountPath)).toEqual(services[name].keepsFile ? [folder] : [])
    if (!services[name].keepsFile) return
    expect(workload.spec?.replicas).toBe(1)
    const [mount] = mounts
    if ('volumeClaimTemplates' in (workload.spec ?? {}) && workload.kind === 'StatefulSet') {
      const [set] = ofKind('StatefulSet').filter(({ metadata }) => metadata.name === name)
      expect(set?.spec?.volumeClaimTemplates?.map(({ metadata }) => metadata?.name)).toEqual([mount?.name])
    } else {
      expect(workload.spec).toMatchObject({ strategy: { type: 'Recreate' } })
      const claim = pod.volumes?.find((volume) => volume.name === mount?.name)?.persistentVolumeClaim
        ?.claimName
      expect(claim).toBe(name)
      expect(ofKind('PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toContain(claim)
    }
    expect(pod.securityContext?.fsGroup).toBe(pod.securityContext?.runAsGroup)
  })

  it('the workload of a service may do nothing that it need not', () => {
    const { pod, container } = workloadOf(name)
    const [user, group] = readFileSync(join(root, 'infra/containers/Dockerfile'), 'utf8')
      .match(/^USER (\d+):(\d+)$/m)
      ?.slice(1) ?? ['', '']
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: Number(user),
      runAsGroup: Number(group),
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod.automountServiceAccountToken).toBe(false)
  })

  it('the workload of a service has memory set aside and bounded, and time to end', () => {
    const { pod, container } = workloadOf(name)
    expect(container.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    })
    const waitsMs = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1_000
    const graceMs = (pod.terminationGracePeriodSeconds ?? 0) * 1_000
    expect(graceMs).toBeGreaterThan(limits.stopGraceMs + waitsMs)
  })

  it('the workload of a service has a budget where more than one runs, and only there: with one it would hold a node up for ever', () => {
    const replicas = workloadOf(name).workload.spec?.replicas ?? 1
    const budgets = ofKind('PodDisruptionBudget').filter(
      ({ spec }) => spec?.selector?.matchLabels?.[nameLabel] === name,
    )
    expect(budgets.map(({ spec }) => spec?.minAvailable)).toEqual(replicas > 1 ? [1] : [])
  })
})

describe('in the cluster', () => {
  it('the event-bus in Kubernetes is a set of one whose volume stays', () => {
    const [set, ...more] = ofKind('StatefulSet')
    expect(more).toEqual([])
    expect(set?.metadata.name).toBe('event-bus')
    expect(set?.spec).toMatchObject({
      replicas: 1,
      serviceName: 'event-bus',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    })
  })

  it('each service in Kubernetes holds its own token alone, and those that let callers in hold the digests of all', () => {
    for (const name of serviceNames) {
      const { showsToken, knowsCallers } = services[name]
      const environment = environmentOf(name)
      expect([name, 'SERVICE_TOKEN' in environment]).toEqual([name, showsToken])
      const volume = workloadOf(name).pod.volumes?.find((each) => each.name === 'digests')
      expect(volume?.configMap?.name).toBe(knowsCallers ? 'token-digests' : undefined)
      const mount = workloadOf(name).container.volumeMounts?.find((each) => each.name === 'digests')
      expect(mount?.mountPath).toBe(environment.SERVICE_DIGESTS_DIR)
      expect([name, environment.SERVICE_DIGESTS_DIR]).toEqual([
        name,
        knowsCallers ? '/run/digests' : undefined,
      ])
    }
  })

  it('accounts and notifications are told of mail servers, of webhooks and of those who sign people in, where a secret has them, and no other is', async () => {
    for (const name of serviceNames) {
      const optional = (workloadOf(name).container.env ?? []).filter(
        ({ valueFrom }) => valueFrom?.secretKeyRef?.optional,
      )
      expect(optional.map((each) => each.name).sort()).toEqual(await optionalOf(name))
      for (const { name: key, valueFrom } of optional)
        expect(valueFrom).toEqual({ secretKeyRef: { name: 'mail-and-sign-in', key, optional: true } })
    }
  })

  it('every shared setting in Kubernetes is used', () => {
    const used = new Set(serviceNames.flatMap((name) => Object.keys(environmentOf(name))))
    expect(Object.keys(settings).filter((key) => !used.has(key))).toEqual([])
  })

  it('every path that Kubernetes asks for health is one that services answer', async () => {
    const paths = new Set(
      serviceNames.flatMap((name) =>
        Object.values(probesOf(name)).map((probe) => probe?.httpGet?.path ?? ''),
      ),
    )
    const app = createHttpApp({
      name: 'any',
      logger: silentLogger,
      router: Router(),
      health: () => ({ ready: true }),
      origins: [],
    })
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
    for (const path of paths) expect((await fetch(`${url}${path}`)).status, path).toBe(200)
    expect((await fetch(`${url}/healthy`)).status).toBe(404)
    await close()
  })
})
