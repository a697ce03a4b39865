import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { ImportPicture } from '@logbook/importer/pictures/picture.ts'
import { type Answered, type Ask, ServiceFailed } from '../../http/ask.ts'
import { limits } from '../limits.ts'
import { PictureRefused, reasonOf } from './picture-refused.ts'

const tus = { 'tus-resumable': '1.0.0' }

const metadataOf = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

/** Opens a regular file, never what a link leads to. Throws PictureRefused. */
const openFile = async (path: string): Promise<{ handle: FileHandle; bytes: number }> => {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = await handle.stat()
    if (found.isFile()) return { handle, bytes: found.size }
    await handle.close()
  } catch (error) {
    throw new PictureRefused(`can't be read (${error instanceof Error ? error.message : error})`, {
      cause: error,
    })
  }
  throw new PictureRefused('is no regular file')
}

/**
 * Sends files by tus 1.0 to an address without a closing slash, and continues uploads that were interrupted. `ask` answers
 * refusals; what it returns throws PictureRefused, and ServiceFailed.
 */
export const createUploader = (uploads: string, ask: Ask) => {
  /** How many bytes of an upload media has; undefined for none of this length. */
  const offsetOf = async (id: string, bytes: number): Promise<number | undefined> => {
    const { status, headers } = await ask({ method: 'HEAD', url: `${uploads}/${id}`, headers: tus })
    const isSame = status === 200 && headers.get('upload-length') === String(bytes)
    return isSame ? Number(headers.get('upload-offset')) : undefined
  }

  const create = async ({ id, name: filename, alt }: ImportPicture, bytes: number): Promise<void> => {
    const metadata = metadataOf({ filename, alt, id })
    const headers = { ...tus, 'upload-length': String(bytes), 'upload-metadata': metadata }
    const answer = await ask({ method: 'POST', url: uploads, headers })
    if (answer.status !== 201) throw new PictureRefused(reasonOf(answer))
  }

  const sendPiece = (id: string, piece: Uint8Array, offset: number): Promise<Answered> =>
    ask({
      method: 'PATCH',
      url: `${uploads}/${id}`,
      bytes: piece,
      headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    })

  const sendBytes = async (
    id: string,
    handle: FileHandle,
    { from, bytes }: { from: number; bytes: number },
  ) => {
    const buffer = Buffer.allocUnsafe(Math.min(bytes, limits.pieceBytes))
    for (let offset = from, conflicts = 0; offset < bytes; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, bytes - offset), offset)
      if (bytesRead === 0) throw new PictureRefused('became shorter while it was read')
      const answer = await sendPiece(id, buffer.subarray(0, bytesRead), offset)
      // A piece whose answer was lost is here already.
      const isConflict = answer.status === 409 && conflicts < limits.uploadConflictsMax
      if (isConflict) conflicts += 1
      else if (answer.status !== 204) throw new PictureRefused(reasonOf(answer))
      offset = Number(answer.headers.get('upload-offset') ?? Number.NaN)
      if (!Number.isSafeInteger(offset)) throw new ServiceFailed(`${uploads} answered without an offset`)
    }
  }

  return async (picture: ImportPicture, file: string): Promise<void> => {
    const { handle, bytes } = await openFile(file)
    try {
      const there = await offsetOf(picture.id, bytes)
      if (there === undefined) await create(picture, bytes)
      // All of it is here, and what follows from that may not have happened yet.
      else if (there === bytes) await sendPiece(picture.id, new Uint8Array(), bytes)
      await sendBytes(picture.id, handle, { from: there ?? 0, bytes })
    } finally {
      await handle.close()
    }
  }
}
