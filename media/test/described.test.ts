import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { expect, it } from 'vitest'

it('the OpenAPI description of media is valid, and its examples fit their schemas', async () => {
  expect(await heldAgainst(describeEndpoints(mediaEndpoints)).faults()).toEqual([])
})
