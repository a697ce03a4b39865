import type { S3Client } from '@aws-sdk/client-s3'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from './limits.ts'

interface Sending {
  client: S3Client
  sdk: typeof import('@aws-sdk/client-s3')
  object: { Bucket: string; Key: string }
  /** Runs one request and says what its failure means. */
  send: <T>(request: () => Promise<T>) => Promise<T>
  signal: AbortSignal | undefined
}

/** Bytes in parts of one size; only the last is smaller, and it is empty for a source without bytes. */
const partsOf = async function* (
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ body: Buffer; last: boolean }> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    for (let rest = piece; rest.length > 0; ) {
      // A full part is held back until more comes, so that the last one is known as such.
      if (bytes === limits.partBytes) {
        yield { body: Buffer.concat(waiting), last: false }
        waiting = []
        bytes = 0
      }
      const taken = rest.subarray(0, limits.partBytes - bytes)
      // Copied: a source may use its memory again.
      waiting.push(Buffer.from(taken))
      bytes += taken.length
      rest = rest.subarray(taken.length)
    }
  }
  yield { body: Buffer.concat(waiting), last: true }
}

/** Stores all bytes of `pieces`: in one request if they fit into a part, else as a multipart upload, which a failure aborts. */
export const putParts = async (sending: Sending, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  const { client, sdk, object, send, signal } = sending
  const within = signal === undefined ? {} : { abortSignal: signal }
  const sent: { PartNumber: number; ETag: string | undefined }[] = []
  let upload: string | undefined
  try {
    for await (const { body, last } of partsOf(pieces)) {
      if (last && upload === undefined) {
        await send(() => client.send(new sdk.PutObjectCommand({ ...object, Body: body }), within))
        return
      }
      upload ??= (await send(() => client.send(new sdk.CreateMultipartUploadCommand(object), within)))
        .UploadId
      const number = sent.length + 1
      if (number > limits.partsMax)
        throw new Problem('too-large', {
          detail: `It is larger than ${limits.partsMax * limits.partBytes} bytes.`,
        })
      const part = { ...object, UploadId: upload, PartNumber: number, Body: body }
      const { ETag } = await send(() => client.send(new sdk.UploadPartCommand(part), within))
      sent.push({ PartNumber: number, ETag })
    }
    const whole = { ...object, UploadId: upload, MultipartUpload: { Parts: sent } }
    await send(() => client.send(new sdk.CompleteMultipartUploadCommand(whole), within))
  } catch (error) {
    if (upload !== undefined)
      await client
        .send(new sdk.AbortMultipartUploadCommand({ ...object, UploadId: upload }))
        .catch(() => undefined)
    throw error
  }
}
