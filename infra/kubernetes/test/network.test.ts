import { BlockList, isIPv6 } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
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

/** What of a service's ways out leads to more than pods of this namespace. */
const outsideOf = (name: ServiceName) =>
  policiesOn(name, 'Egress')
    .flatMap(({ egress }) => egress ?? [])
    .filter(
      ({ to }) =>
        to == null ||
        to.some(({ podSelector, namespaceSelector }) => namespaceSelector != null || podSelector == null),
    )

/** What features reach in the internet. */
const ports = {
  // A relay takes mails at 25; others at 465, where TLS begins with the first byte, and at 587, where it is asked for.
  mails: [25, 465, 587],
  signIn: [443],
  // Webhooks, Web Push, Webmention, subscribers of feeds, files by link: as many of them are http.
  otherSites: [80, 443],
} as const
const portsOf: Readonly<Partial<Record<ServiceName, readonly number[]>>> = {
  accounts: [...ports.mails, ...ports.signIn],
  notifications: [...ports.mails, ...ports.otherSites],
  media: ports.otherSites,
}

describe('the network in the cluster', () => {
  it('the network in the cluster lets nothing pass that is not named', () => {
    const nothing = policies.filter(({ ingress, egress }) => ingress == null && egress == null)
    expect(nothing).toEqual([{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }])
  })

  it.each(serviceNames)(
    'the network in the cluster lets %s reach those whose addresses it is told, and no other',
    async (from) => {
      const reached = serviceNames.filter((to) => to !== from && lets({ from, to }))
      expect(reached.sort()).toEqual((await calledBy(from)).sort())
    },
  )

  it.each(serviceNames)(
    'the network in the cluster lets %s ask for names, and reach what its features need in the internet, and no other port',
    (name) => {
      const outside = outsideOf(name).flatMap(({ to, ports }) => {
        const where = to?.some(({ ipBlock }) => ipBlock != null) ? 'the internet' : 'the cluster'
        return (ports ?? []).map(({ protocol, port }) => `${where} ${protocol} ${port}`)
      })
      const names = ['the cluster UDP 53', 'the cluster TCP 53']
      const internet = (portsOf[name] ?? []).map((port) => `the internet TCP ${port}`)
      expect(outside.sort()).toEqual([...names, ...internet].sort())
    },
  )

  it.each([
    ['140.82.121.3', true],
    ['2606:50c0:8000::153', true],
    ['10.96.0.1', false],
    ['172.20.1.1', false],
    ['192.168.1.10', false],
    ['100.64.3.3', false],
    ['169.254.169.254', false],
    ['127.0.0.1', false],
    ['fd00:ec2::254', false],
    ['fe80::1', false],
    ['::1', false],
  ])('the network in the cluster lets who reaches the internet out to %s: %s', (address, isLet) => {
    const rules = Object.keys(portsOf).flatMap((name) => outsideOf(name as ServiceName))
    const toBlocks = rules.flatMap(({ to }) => {
      const blocks = (to ?? []).flatMap(({ ipBlock }) => ipBlock ?? [])
      return blocks.length === 0 ? [] : [blocks]
    })
    const within = (net: string) => {
      const [base = '', bits = ''] = net.split('/')
      // Node takes an address of version 4 for one of version 6 too.
      if (isIPv6(base) !== isIPv6(address)) return false
      const list = new BlockList()
      list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4')
      return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
    }
    const lets = toBlocks.map((blocks) =>
      blocks.some(({ cidr, except }) => within(cidr) && !except?.some(within)),
    )
    expect(lets).toEqual(toBlocks.map(() => isLet))
    expect(lets.length).toBeGreaterThan(2)
  })

  const prometheus = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
  }

  it.each(serviceNames)(
    'the network in the cluster lets Prometheus scrape %s, and says so in its pods, where it has metrics',
    (name) => {
      const policy = policiesOn(name, 'Ingress').find(({ ingress }) =>
        ingress?.some(({ from }) => from?.some((peer) => isDeepStrictEqual({ ...peer }, prometheus))),
      )
      const hasMetrics = name !== 'client'
      expect(policy !== undefined).toBe(hasMetrics)
      const rule = policy?.ingress?.[0]
      expect(rule !== undefined && letsPort(rule.ports, defaultPorts[name])).toBe(hasMetrics)
      const annotations = workloadOf(name).workload.spec?.template.metadata?.annotations
      expect(annotations).toEqual(
        hasMetrics
          ? {
              'prometheus.io/scrape': 'true',
              'prometheus.io/path': '/metrics',
              'prometheus.io/port': String(defaultPorts[name]),
            }
          : undefined,
      )
    },
  )

  it.each(serviceNames)(
    'the network in the cluster lets strangers reach %s only if it is the gateway',
    (name) => {
      const open = policiesOn(name, 'Ingress')
        .flatMap(({ ingress }) => ingress ?? [])
        .filter(
          ({ from }) =>
            from == null ||
            from.some(
              ({ podSelector, namespaceSelector, ...peer }) =>
                (namespaceSelector != null || podSelector == null) &&
                !isDeepStrictEqual({ podSelector, namespaceSelector, ...peer }, prometheus),
            ),
        )
      expect(open).toHaveLength(name === 'gateway' ? 1 : 0)
    },
  )
})
