import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { expect, it } from 'vitest'
import { description } from '../src/described.ts'

it('the OpenAPI description of media is valid, and its examples fit their schemas', async () => {
  expect(await heldAgainst(description()).faults()).toEqual([])
})
