import { problemOf } from '../../services/api.ts'
import { Refusal } from './api.ts'

const pieceBytes = 4 * 1024 * 1024
const triesMax = 6
const waitMs = 500
const uploads = '/api/media/uploads'
const always = { 'Tus-Resumable': '1.0.0' }

interface Uploading {
  signal: AbortSignal
  onProgress: (sentBytes: number) => void
  /** In place of the browser's, for tests. */
  ask?: typeof fetch
}

const inBase64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })

/** Errors worth a retry: no connection, a locked upload, or a service that is down. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof Refusal) || error.status >= 500 || [409, 423, 429].includes(error.status)

const offsetOf = (answer: Response): number => Number(answer.headers.get('Upload-Offset'))

/** The upload offset that the service reports. */
const askOffset = async (address: string, signal: AbortSignal, ask: typeof fetch): Promise<number> => {
  const answer = await ask(address, { method: 'HEAD', headers: always, signal })
  if (!answer.ok)
    throw new Refusal({ ...(await problemOf(answer)), detail: 'The upload was not found. Start it again.' })
  return offsetOf(answer)
}

/**
 * Uploads a file in pieces by tus 1.0, and resolves with the id of its medium. After an error it continues at the offset that the service reports.
 * Throws a Refusal for permanent errors, and the abort's reason.
 */
export const uploadFile = async (
  file: File,
  { signal, onProgress, ask = fetch }: Uploading,
): Promise<string> => {
  const metadata = `filename ${inBase64(file.name || 'picture')}`
  const created = await ask(uploads, {
    method: 'POST',
    headers: { ...always, 'Upload-Length': String(file.size), 'Upload-Metadata': metadata },
    signal,
  })
  if (!created.ok) throw new Refusal(await problemOf(created))
  const id = created.headers.get('Location')?.split('/').at(-1) ?? ''
  const address = `${uploads}/${id}`
  let offset = 0
  for (let failures = 0; offset < file.size; ) {
    try {
      if (failures > 0) offset = await askOffset(address, signal, ask)
      const answer = await ask(address, {
        method: 'PATCH',
        headers: {
          ...always,
          'Upload-Offset': String(offset),
          'Content-Type': 'application/offset+octet-stream',
        },
        body: file.slice(offset, offset + pieceBytes),
        signal,
      })
      if (!answer.ok) throw new Refusal(await problemOf(answer))
      offset = offsetOf(answer)
      failures = 0
      onProgress(offset)
    } catch (error) {
      signal.throwIfAborted()
      failures++
      if (!mayPass(error) || failures === triesMax) throw error
      await pause(waitMs * 2 ** failures, signal)
    }
  }
  return id
}
