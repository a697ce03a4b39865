import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, it } from 'vitest'
import { serviceNames } from '../../run/services.ts'
import { files, kustomization, type Manifest, manifests } from './manifests.ts'
import { unknownFields } from './unknown-fields.ts'

const models = [
  ConfigMap,
  CronJob,
  Deployment,
  Ingress,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Service,
  StatefulSet,
]

/** Throws what the schema of its kind says against it. */
const validate = (manifest: object): void => {
  const { apiVersion, kind } = manifest as Manifest
  const Model = models.find((each) => each.apiVersion === apiVersion && each.kind === kind)
  if (Model === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`)
  // The model's own constructor copies, and what it copies it reads.
  Model.prototype.validate.call(manifest as never)
}

describe('the manifests', () => {
  it.each(manifests)(
    'the manifest $kind $metadata.name fits its schema, which knows each of its fields',
    (manifest) => {
      expect(() => validate(manifest)).not.toThrow()
      expect(unknownFields(manifest, validate)).toEqual([])
    },
  )

  const deployment = (spec: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'posts', labels: { any: 'label' } },
    spec: { selector: {}, template: {}, ...spec },
  })

  it('the manifests would be refused with a wrong value, a missing field or a kind that is not known', () => {
    expect(() => validate(deployment({ replicas: 'two' }))).toThrow('replicas')
    expect(() => validate(deployment({ selector: undefined }))).toThrow('selector')
    expect(() => validate({ ...deployment({}), kind: 'Deploymint' })).toThrow('Deploymint')
  })

  it('the manifests would be refused with a misspelt field, however deep', () => {
    const container = { name: 'posts', securityContext: { readOnlyRootFileSystem: true } }
    expect(unknownFields(deployment({ template: { spec: { containers: [container] } } }), validate)).toEqual([
      'spec.template.spec.containers.0.securityContext.readOnlyRootFileSystem',
    ])
    expect(unknownFields(deployment({}), validate)).toEqual([])
  })

  it('the manifests have one name each within their kind', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('kustomization.yaml', () => {
  it('kustomization.yaml applies every file here but the example of an ingress', () => {
    const here = files.filter((file) => !['kustomization.yaml', 'ingress.yaml'].includes(file))
    expect([...kustomization.resources].sort()).toEqual(here.sort())
  })

  it('kustomization.yaml says which image each service and the backup run', () => {
    expect(kustomization.images.map(({ name }) => name).sort()).toEqual(
      [...serviceNames, 'backup'].map((name) => `logbook/${name}`).sort(),
    )
  })
})
