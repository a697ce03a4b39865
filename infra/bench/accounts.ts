import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { createVerify } from '@logbook/chassis/access/verify.ts'
import { accessToken } from '@logbook/contracts/identity.ts'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'

const seconds = 1
const rounds = 3
const id = '01920000-0000-7000-8000-0000000000b1'

/** How often `work` ends in a second, one after another. */
const perSecond = async (work: () => unknown): Promise<number> => {
  const begun = performance.now()
  let done = 0
  while (performance.now() - begun < seconds * 1_000) {
    for (let n = 0; n < 20; n++) await work()
    done += 20
  }
  return (done / (performance.now() - begun)) * 1_000
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** Measures both in turn, so that a busy moment of the machine touches both. */
const compare = async (name: string, ours: () => unknown, ceiling: () => unknown, of: string) => {
  const [own, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    theirs.push(await perSecond(ceiling))
    own.push(await perSecond(ours))
  }
  const [rate, peer] = [median(own), median(theirs)]
  console.log(
    `${name.padEnd(44)} ${Math.round(rate)}/s over ${Math.round(peer)}/s of ${of} = ${(rate / peer).toFixed(2)}`,
  )
}

const { privateKey, publicKey } = await generateKeyPair(accessToken.algorithm, { extractable: true })
const bare = generateKeyPairSync('ed25519')
const claims = { kind: 'person', role: 'author', name: 'A person of some name' }
let minted = 0
const mint = (): Promise<string> => {
  const iat = Math.floor(Date.now() / 1_000)
  return new SignJWT({ ...claims, sub: id, iss: accessToken.issuer, aud: accessToken.audience, iat })
    .setJti(String(minted++))
    .setExpirationTime(iat + accessToken.secondsMax)
    .setProtectedHeader({ alg: accessToken.algorithm, kid: 'bench', typ: 'JWT' })
    .sign(privateKey)
}
const token = await mint()
const text = Buffer.from(token.slice(0, token.lastIndexOf('.')))
const signature = sign(null, text, bare.privateKey)

await compare(
  'an access token signed',
  mint,
  () => sign(null, text, bare.privateKey),
  'a bare Ed25519 signature',
)

const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: accessToken.algorithm }
const keys = createLocalJWKSet({ keys: [jwk] })
const bareVerify = () => verify(null, text, bare.publicKey, signature)
// More than are known by sight, each with an id of its own, over and over.
const others = await Promise.all(Array.from({ length: 12_000 }, () => mint()))
const verifyOthers = createVerify({ keys })
let next = 0
const unseen = () => verifyOthers(`Bearer ${others[next++ % others.length]}`)
await compare('an access token verified, seen first', unseen, bareVerify, 'a bare Ed25519 verification')
const verifyKnown = createVerify({ keys })
const known = () => verifyKnown(`Bearer ${token}`)
await compare('an access token verified, seen before', known, bareVerify, 'a bare Ed25519 verification')
