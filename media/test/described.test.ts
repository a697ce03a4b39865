import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { expect, it } from 'vitest'
import { description } from '../src/described.ts'

it('what media takes and answers is described in valid OpenAPI, with examples that fit', async () => {
  expect(await heldAgainst(description()).faults()).toEqual([])
})
