import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import type { IService } from 'kubernetes-models/v1/Service'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../../run/services.ts'

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string }
}

interface Kustomization {
  resources: string[]
  configMapGenerator: { name: string; literals: string[] }[]
  images: { name: string; newTag: string }[]
}

const folder = join(root, 'infra/kubernetes')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

export const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
export const kustomization = parse(read('kustomization.yaml')) as Kustomization

const written = files
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) => parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest))

const generated = kustomization.configMapGenerator.map(({ name, literals }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: Object.fromEntries(
    literals.map((literal) => [literal.split('=')[0] ?? '', literal.slice(literal.indexOf('=') + 1)]),
  ),
}))

/** The settings that all share. */
export const settings: Readonly<Record<string, string>> = generated[0]?.data ?? {}

export const manifests: readonly Manifest[] = [...written, ...generated]

interface Kinds {
  CronJob: ICronJob
  Deployment: IDeployment
  StatefulSet: IStatefulSet
  NetworkPolicy: INetworkPolicy
  PodDisruptionBudget: IPodDisruptionBudget
  PersistentVolumeClaim: IPersistentVolumeClaim
  Service: IService
}

/** Those of one kind. That they are what their types say is what the schemas are for. */
export const ofKind = <Kind extends keyof Kinds>(kind: Kind): (Kinds[Kind] & Manifest)[] =>
  manifests.filter((each) => each.kind === kind) as (Kinds[Kind] & Manifest)[]

/** A service's one workload, its pod and its one container. */
export const workloadOf = (name: string) => {
  const [workload, ...more] = [...ofKind('Deployment'), ...ofKind('StatefulSet')].filter(
    ({ metadata }) => metadata.name === name,
  )
  const pod = workload?.spec?.template
  const [container, ...others] = pod?.spec?.containers ?? []
  if (workload === undefined || pod?.spec == null || container === undefined)
    throw new Error(`${name} has no workload`)
  if (more.length > 0 || others.length > 0) throw new Error(`${name} has more than one workload or container`)
  return { workload, labels: pod.metadata?.labels ?? {}, pod: pod.spec, container }
}
