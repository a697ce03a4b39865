import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM with the purpose as associated data. Returns vector, ciphertext and tag. */
export const seal = (key: Uint8Array, plain: Uint8Array, purpose: string): Buffer => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws where the key or the purpose differs, or the bytes were changed. */
export const unseal = (key: Uint8Array, wrapped: Uint8Array, purpose: string): Buffer => {
  const bytes = Buffer.from(wrapped)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()])
}
