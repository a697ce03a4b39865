import { Readable } from 'node:stream'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import { Upload } from '@tus/utils'
import type { Uploads } from './uploads.ts'

interface NewPortrait {
  id: string
  owner: string
  bytes: Buffer
}

/**
 * Takes a whole portrait as an upload that is complete: if this process is killed meanwhile, the next one stores and requests it. What can
 * not be stored or requested is given up.
 */
export const takePortrait = async (
  { store, note, complete, discard }: Pick<Uploads, 'store' | 'note' | 'complete' | 'discard'>,
  { id, owner, bytes }: NewPortrait,
  cause: Cause,
): Promise<void> => {
  const metadata = { owner, filename: 'portrait', keepsMetadata: 'false', use: 'portrait' }
  const upload = new Upload({ id, size: bytes.length, offset: 0, metadata })
  try {
    await store.create(upload)
    note(upload)
    await store.write(Readable.from([bytes]), id, 0)
    await complete(upload, cause)
  } catch (error) {
    await discard(id)
    throw error
  }
}
