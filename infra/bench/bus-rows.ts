/** What `npm run bench -- bus` can measure, by the names to choose by. Those that are `long` need a log of 5,000,000 events. */
export const busRows = {
  appends: { about: 'appends, over JetStream, PostgreSQL, Redis and one transaction a request', long: false },
  latency: { about: 'one event to 4 followers, over Redis', long: false },
  crowd: { about: '200 followers at once: what they lost, how late they were', long: false },
  push: { about: 'push deliveries to an Express handler, over its own ceiling', long: false },
  'catch-up': { about: '1,000,000 events to one follower, over SQLite in process', long: true },
  'long-log': { about: 'appends to 5,000,000 events, over an empty log', long: true },
  memory: { about: 'resident memory, 100 followers catching up', long: true },
  'start-up': { about: 'start with 5,000,000 events', long: true },
} as const

export type BusRow = keyof typeof busRows

export const isBusRow = (name: string): name is BusRow => Object.hasOwn(busRows, name)
