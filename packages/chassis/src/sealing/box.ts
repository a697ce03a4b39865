import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const ivBytes = 12
const tagBytes = 16
// One object for every call: what the cipher's constructor reads from it costs more when it is new each time.
const options = { authTagLength: tagBytes } as const

/** A person's key, ready for use: objects, since a raw key is set up again for every event, which takes longer than all else. */
export interface PersonKey {
  cipher: KeyObject
  /** From which each event's initialisation vector follows. */
  vector: KeyObject
}

/** Throws a RangeError for anything but 32 bytes. */
export const personKeyOf = (raw: Uint8Array): PersonKey => {
  if (raw.length !== keyBytes) throw new RangeError(`A person's key has ${keyBytes} bytes, not ${raw.length}`)
  return {
    cipher: createSecretKey(raw),
    vector: createSecretKey(createHmac('sha256', raw).update('logbook/sealing/vector').digest()),
  }
}

/** What a box belongs to: opened as part of any other event, it is refused. */
export interface BoxPlace {
  id: string
  type: string
}

const additional = ({ id, type }: BoxPlace): Buffer => Buffer.from(`${id}\n${type}`)

/**
 * Seals a text: base64url of vector, ciphertext and tag. The vector follows from the event's id and the text, so that an
 * event that is sent again is the same bytes, and two texts never share one.
 */
export const sealBox = (text: string, key: PersonKey, place: BoxPlace): string => {
  const vector = createHmac('sha256', key.vector).update(`${place.id}|${text}`).digest().subarray(0, ivBytes)
  const cipher = createCipheriv(algorithm, key.cipher, vector, options)
  cipher.setAAD(additional(place))
  const ciphertext = cipher.update(text, 'utf8')
  cipher.final()
  return Buffer.concat([vector, ciphertext, cipher.getAuthTag()]).toString('base64url')
}

/** The text, or undefined for whatever was not sealed with this key for this event: another key or event, cut, changed. */
export const openBox = (box: string, key: PersonKey, place: BoxPlace): string | undefined => {
  const bytes = Buffer.from(box, 'base64url')
  const end = bytes.length - tagBytes
  if (end < ivBytes) return undefined
  try {
    const decipher = createDecipheriv(algorithm, key.cipher, bytes.subarray(0, ivBytes), options)
    decipher.setAAD(additional(place))
    decipher.setAuthTag(bytes.subarray(end))
    const text = decipher.update(bytes.subarray(ivBytes, end))
    decipher.final()
    return text.toString('utf8')
  } catch {
    return undefined
  }
}
