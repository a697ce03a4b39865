import { createECDH, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { z } from 'zod'

/** The VAPID keys of this blog for push services (RFC 8292), in base64url. */
const vapidKeys = z.object({
  publicKey: z.string().regex(/^[\w-]{87}$/),
  privateKey: z.string().regex(/^[\w-]{43}$/),
})
export type VapidKeys = z.infer<typeof vapidKeys>

const newKeys = (): VapidKeys => {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  // Leading zeros count.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32)
  return { publicKey: pair.getPublicKey('base64url'), privateKey: privateKey.toString('base64url') }
}

const make = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${JSON.stringify(newKeys())}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    // Another process was first.
    if (!existsSync(file)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Reads the keys from a file, or creates it. With other keys, subscribed browsers get no more messages. Throws `StartRefused` for invalid keys. */
const vapidKeysIn = (file: string): VapidKeys => {
  if (!existsSync(file)) make(file)
  try {
    return vapidKeys.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new StartRefused(
      `${file} does not hold the keys for Web Push. Restore it, or remove it: new ones are made.`,
      {
        cause,
      },
    )
  }
}

/** The same, read at first use. */
export const vapidKeysOf = (file: string): (() => VapidKeys) => {
  let keys: VapidKeys | undefined
  return () => (keys ??= vapidKeysIn(file))
}
