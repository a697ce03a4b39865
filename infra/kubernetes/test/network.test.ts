import { describe, expect, it } from 'vitest'
import { calledBy } from '../../containers/test/settings.ts'
import { defaultPorts, type ServiceName, serviceNames } from '../../run/services.ts'
import { ofKind, workloadOf } from './manifests.ts'

type Policy = NonNullable<ReturnType<typeof ofKind<'NetworkPolicy'>>[number]['spec']>
type Selector = Policy['podSelector']
type Peers = NonNullable<NonNullable<Policy['egress']>[number]['to']>
type Ports = NonNullable<Policy['egress']>[number]['ports']
type Direction = 'Ingress' | 'Egress'

const policies = ofKind('NetworkPolicy').flatMap(({ spec }) => (spec == null ? [] : [spec]))

const selects = (selector: Selector, name: ServiceName): boolean => {
  const { labels } = workloadOf(name)
  const { matchLabels, matchExpressions } = selector ?? {}
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`${operator} is not known here`)
      return values?.includes(labels[key] ?? '')
    })
  )
}
const namesPod = (peers: Peers, name: ServiceName): boolean =>
  peers.some(({ podSelector, namespaceSelector, ipBlock }) =>
    namespaceSelector == null && ipBlock == null && podSelector != null ? selects(podSelector, name) : false,
  )
const letsPort = (ports: Ports, port: number): boolean =>
  ports == null ||
  ports.some(({ port: from, endPort, protocol }) => {
    if (typeof from !== 'number') throw new Error('a port is given by number here')
    return protocol === 'TCP' && from <= port && port <= (endPort ?? from)
  })

const policiesOn = (name: ServiceName, direction: Direction) =>
  policies.filter(
    ({ podSelector, policyTypes }) => policyTypes?.includes(direction) && selects(podSelector, name),
  )

const lets = ({ from, to }: { from: ServiceName; to: ServiceName }): boolean => {
  const port = defaultPorts[to]
  const out = policiesOn(from, 'Egress').some(({ egress }) =>
    egress?.some((rule) => letsPort(rule.ports, port) && (rule.to == null || namesPod(rule.to, to))),
  )
  const into = policiesOn(to, 'Ingress').some(({ ingress }) =>
    ingress?.some((rule) => letsPort(rule.ports, port) && (rule.from == null || namesPod(rule.from, from))),
  )
  return out && into
}

describe('the network in the cluster', () => {
  it('lets nothing pass that is not named', () => {
    const nothing = policies.filter(({ ingress, egress }) => ingress == null && egress == null)
    expect(nothing).toEqual([{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }])
  })

  it.each(serviceNames)('lets %s reach those whose addresses it is told, and no other', async (from) => {
    const reached = serviceNames.filter((to) => to !== from && lets({ from, to }))
    expect(reached.sort()).toEqual((await calledBy(from)).sort())
  })

  it.each(serviceNames)('lets %s reach nothing outside but the cluster’s names', (name) => {
    const outside = policiesOn(name, 'Egress')
      .flatMap(({ egress }) => egress ?? [])
      .filter(
        ({ to }) =>
          to == null ||
          to.some(({ podSelector, namespaceSelector }) => namespaceSelector != null || podSelector == null),
      )
    expect(outside.map(({ ports }) => ports?.map(({ port }) => port))).toEqual([[53, 53]])
  })

  it.each(serviceNames)('lets strangers reach %s only if it is the gateway', (name) => {
    const open = policiesOn(name, 'Ingress')
      .flatMap(({ ingress }) => ingress ?? [])
      .filter(
        ({ from }) =>
          from == null ||
          from.some(({ podSelector, namespaceSelector }) => namespaceSelector != null || podSelector == null),
      )
    expect(open).toHaveLength(name === 'gateway' ? 1 : 0)
  })
})
