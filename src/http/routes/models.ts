import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { SelectionService } from '../../selection/service.js'
import { sendJson } from '../json.js'
import type { openAiModelsSchema } from '../decisions/decisionsSchemas.js'
import type { modelDescriptionSchema, modelListSchema } from '../schemas.js'

/** `GET /models` */
export function listModels(service: SelectionService): RequestHandler {
  return async (_req, res) => {
    const body: z.infer<typeof modelListSchema> = { models: await service.listModels() }
    sendJson(res, body)
  }
}

/** `GET /models/<type>/<name>`; a slash within the name is sent as %2F. */
export function describeModel(service: SelectionService): RequestHandler<{ type: string; name: string }> {
  return async (req, res) => {
    const { type, name } = req.params
    const body: z.infer<typeof modelDescriptionSchema> = await service.describeModel(`${type}/${name}`)
    sendJson(res, body)
  }
}

/** `GET /v1/models`: the saved models that can be used, for gateways that ask whether there are any. */
export function listOpenAiModels(service: SelectionService): RequestHandler {
  return async (_req, res) => {
    const usable = (await service.listModels()).filter(({ error }) => error === undefined)
    const body: z.infer<typeof openAiModelsSchema> = {
      object: 'list',
      data: usable.map(({ model }) => ({ id: model, object: 'model', owned_by: 'llimit' })),
    }
    sendJson(res, body)
  }
}
