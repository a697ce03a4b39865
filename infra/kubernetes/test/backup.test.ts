import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlaces } from '../../backup/places.ts'
import { parseDockerfile } from '../../containers/test/dockerfile.ts'
import { root } from '../../run/services.ts'
import { kustomization, ofKind, settings, workloadOf } from './manifests.ts'

const [job] = ofKind('CronJob')
const pod = job?.spec?.jobTemplate.spec?.template.spec
const [container] = pod?.containers ?? []
const image = parseDockerfile(readFileSync(join(root, 'infra/containers/backup.Dockerfile'), 'utf8')).at(-1)
const imageSettings = Object.fromEntries(
  (image?.instructions ?? [])
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
)

/** Where it finds what it copies, by the settings of its container and its image. */
const placesOf = () => {
  const env = (container?.env ?? []).map(({ name, value, valueFrom }) => [
    name,
    value ?? (valueFrom?.configMapKeyRef ? settings[valueFrom.configMapKeyRef.key] : 'what-the-secret-holds'),
  ])
  return readPlaces({ ...imageSettings, ...Object.fromEntries(env) })
}

const claimAt = (
  { container, pod }: Pick<ReturnType<typeof workloadOf>, 'container' | 'pod'>,
  path: string,
) => {
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === path)
  return pod.volumes?.find(({ name }) => name === mount?.name)?.persistentVolumeClaim?.claimName
}
const volumeAt = (path: string) => (container && pod ? claimAt({ container, pod }, path) : undefined)

describe('the backup in Kubernetes', () => {
  it('the backup in Kubernetes runs every night, one at a time, from its image of this version, and keeps a bounded number', () => {
    expect(job?.spec).toMatchObject({
      schedule: expect.stringMatching(/^\d+ \d+ \* \* \*$/),
      concurrencyPolicy: 'Forbid',
    })
    expect(kustomization.images).toContainEqual({
      name: container?.image,
      newTag: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    })
    expect(container?.args?.join(' ')).toMatch(/^\/backups --keep \d+$/)
  })

  it('the backup in Kubernetes mounts the log of the event-bus, beside it on its node, and asks accounts', () => {
    const places = placesOf()
    expect(places.accounts.url).toBe('http://accounts:4006')
    expect(places.accounts.operatorToken()).toBe('what-the-secret-holds')
    const [set] = ofKind('StatefulSet')
    const log = set?.spec?.volumeClaimTemplates?.[0]?.metadata?.name
    expect(volumeAt(dirname(places.log))).toBe(`${log}-${set?.metadata.name}-0`)
    const claims = ofKind('PersistentVolumeClaim').map(({ metadata }) => metadata.name)
    expect(claims).toContain(volumeAt('/backups'))
    const [near] = pod?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    expect(near).toMatchObject({
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: workloadOf('event-bus').labels },
    })
  })

  it('the backup in Kubernetes mounts the volume of media as the place of its files, on the node that media keeps to', () => {
    const media = workloadOf('media')
    const folder = media.container.env?.find(({ name }) => name === 'MEDIA_STORAGE')?.value ?? ''
    const places = placesOf()
    expect(basename(places.media)).toBe(basename(folder))
    expect(volumeAt(dirname(places.media))).toBe(claimAt(media, dirname(folder)))
    expect(volumeAt(dirname(places.media))).toBeDefined()
    // One node may mount a volume, so both are where the event-bus is.
    expect(media.pod.affinity).toEqual(pod?.affinity)
  })

  it('the backup in Kubernetes may do no more than the services may', () => {
    const { container: other, pod: otherPod } = workloadOf('event-bus')
    expect(container?.securityContext).toEqual(other.securityContext)
    expect(pod?.securityContext).toEqual(otherPod.securityContext)
    expect(pod).toMatchObject({ automountServiceAccountToken: false, restartPolicy: 'Never' })
    expect(container?.resources?.limits).toHaveProperty('memory')
  })

  it('the backup may connect to accounts only, by the policies of both ends', () => {
    const backup = { matchLabels: job?.spec?.jobTemplate.spec?.template.metadata?.labels }
    const accounts = { matchLabels: workloadOf('accounts').labels }
    const ports = [{ protocol: 'TCP', port: 4006 }]
    const policies = ofKind('NetworkPolicy').filter((policy) =>
      JSON.stringify(policy.spec).includes('"backup"'),
    )
    expect(policies.map(({ spec }) => spec)).toEqual([
      { podSelector: backup, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: accounts }], ports }] },
      {
        podSelector: accounts,
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: backup }], ports }],
      },
    ])
  })
})
