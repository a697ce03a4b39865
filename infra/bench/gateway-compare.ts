import { median, runProgram } from './query-processes.ts'

const connections = 64
const seconds = 1.5
const rounds = 3

export interface Readers {
  name: string
  /** True where each asks for an address of its own. */
  distinct: boolean
  /** A line of the request's head, where it is another directly than through the gateway. */
  header?: string
  headerThrough?: string
}

interface Asked {
  url: string
  distinct: boolean
  header: string | undefined
}

const load = (asked: Asked) =>
  runProgram<number>('infra/bench/query-load.ts', { ...asked, connections, seconds })

/** Pages a second through the gateway over the same pages from the service itself, in turn, once both are warm. */
export const compare = async (
  { direct, through }: { direct: string; through: string },
  { name, distinct, header, headerThrough = header }: Readers,
): Promise<void> => {
  const byItself = { url: direct, distinct, header }
  const byGateway = { url: through, distinct, header: headerThrough }
  const theirs: number[] = []
  const ours: number[] = []
  for (const asked of [byItself, byGateway, byGateway]) await load(asked)
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load(byItself))
    ours.push(await load(byGateway))
  }
  const [own, peer] = [median(ours), median(theirs)]
  console.log(
    `${name.padEnd(34)} ${Math.round(own)}/s over ${Math.round(peer)}/s directly = ${(own / peer).toFixed(2)} (${connections} connections)`,
  )
}
