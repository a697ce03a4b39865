import { createContext } from 'react'

/** The nonce that this answer's Content-Security-Policy allows scripts by; undefined in the browser. */
export const NonceContext = createContext<string | undefined>(undefined)
