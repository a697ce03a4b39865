import { busClient, busConnection, jetStream, type Publisher, postgres, redis } from './bus-clients.ts'
import { measureCrowdLoad } from './bus-crowd-load.ts'
import { eventMaker } from './bus-event.ts'
import { measureFollowers } from './bus-followers.ts'
import { catchUp, followMany } from './bus-history-load.ts'

/** A load runs in a process of its own, which takes it as its argument in JSON and sends back what it measured. */
export type Load =
  | { kind: 'busClient' | 'busConnections' | 'handler'; url: string; ms: number }
  | { kind: 'crowd'; url: string; followers: number; perSecond: number; ms: number }
  | { kind: 'redis' | 'jetStream' | 'postgres'; port: number; ms: number }
  | { kind: 'busFollowers'; url: string; ms: number }
  | { kind: 'redisFollowers'; port: number; ms: number }
  | { kind: 'catchUp'; url: string; events: number }
  | { kind: 'followMany'; url: string; followers: number; ms: number }

const inFlight = 64
// What a process does before it is measured: the first seconds go to compiling, in both processes alike.
const warmUpShare = 0.5

/** Appends for so long, 64 in flight, and returns acknowledged events a second. `publishers` are used in turn. */
const rateOf = async (publishers: readonly Publisher[], ms: number): Promise<number> => {
  const make = eventMaker()
  const run = async (duration: number) => {
    const begun = performance.now()
    let acknowledged = 0
    await Promise.all(
      Array.from({ length: inFlight }, async (_, index) => {
        const publisher = publishers[index % publishers.length]
        while (performance.now() - begun < duration) {
          await publisher?.publish(make())
          acknowledged += 1
        }
      }),
    )
    return acknowledged / ((performance.now() - begun) / 1_000)
  }
  await run(ms * warmUpShare)
  const rate = await run(ms)
  for (const publisher of publishers) publisher.close()
  return rate
}

const many = (open: () => Promise<Publisher>) => Promise.all(Array.from({ length: inFlight }, open))

const measure = async (load: Load): Promise<number | number[]> => {
  switch (load.kind) {
    case 'busClient':
      return rateOf([busClient(load.url)], load.ms)
    case 'busConnections':
    case 'handler':
      return rateOf(await many(() => busConnection(load.url)), load.ms)
    case 'redis':
      return rateOf([await redis(load.port)], load.ms)
    case 'jetStream':
      return rateOf([await jetStream(load.port)], load.ms)
    case 'postgres':
      return rateOf(await many(() => postgres(load.port)), load.ms)
    case 'busFollowers':
    case 'redisFollowers':
      return measureFollowers(load)
    case 'crowd':
      return measureCrowdLoad(load)
    case 'catchUp':
      return catchUp(load)
    case 'followMany':
      return followMany(load)
  }
}

process.send?.({ measured: await measure(JSON.parse(process.argv[2] ?? '{}')) }, () => process.exit())
