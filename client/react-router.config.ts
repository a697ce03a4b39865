import type { Config } from '@react-router/dev/config'

export default {
  ssr: true,
  // The whole map of routes is small; asking for it piece by piece would cost a request a page.
  routeDiscovery: { mode: 'initial' },
} satisfies Config
