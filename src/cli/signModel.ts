import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { CARD_FILE } from '../card.js'
import { LLimitError, messageOf } from '../errors.js'
import { readCard } from '../savedModel/readCard.js'
import { signCard, SIGNATURE_FILE } from '../savedModel/signature.js'
import { readCheckedFiles } from '../scorer/files.js'
import { defineCommand } from './commandLine/command.js'
import { flag } from './commandLine/flags.js'

export const command = defineCommand({
  description:
    'Signs a saved model for servers that take signed ones only (LLIMIT_TRUSTED_KEYS): writes signature.json into its folder, ' +
    'the Ed25519 signature of card.json, which holds the checksums of all other files. They are checked first.',
  examples: [
    'llimit sign-model saved_models/dense_network/my-model --key private.pem',
    'llimit sign-model my-model --key private.pem --json',
  ],
  positionals: ['folder'],
  flags: z.object({
    folder: flag(z.string(), 'folder', 'of one saved model, with card.json in it'),
    key: flag(
      z.string(),
      'file',
      'Ed25519 private key in PEM: openssl genpkey -algorithm ed25519 -out private.pem',
    ),
  }),
  run: async ({ folder, key: file }, terminal) => {
    const key = await readPrivateKey(file)
    let bytes: Uint8Array = new Uint8Array()
    const { card } = await readCard(path.join(folder, CARD_FILE), (read) => {
      bytes = read
      return Promise.resolve()
    })
    await readCheckedFiles({ directory: folder, files: card.files })
    const id = await signCard(folder, bytes, key)
    terminal.print(`${path.join(folder, SIGNATURE_FILE)} written, by the key ${id.slice(0, 16)}…`)
    return { folder, key: id }
  },
})

/** @throws LLimitError INVALID_ARGUMENT */
async function readPrivateKey(file: string): Promise<KeyObject> {
  // Whoever gives the key itself must not read it in a log.
  if (file.includes('PRIVATE KEY')) {
    throw new LLimitError(
      'INVALID_ARGUMENT',
      '--key: expected the file of an Ed25519 private key, got the key itself',
    )
  }
  try {
    const key = createPrivateKey(await readFile(file))
    if (key.asymmetricKeyType === 'ed25519') return key
    throw new Error(`one of type ${key.asymmetricKeyType ?? 'unknown'}`)
  } catch (cause) {
    const message = `--key: expected an Ed25519 private key in PEM in ${file}, got ${messageOf(cause)}`
    throw new LLimitError('INVALID_ARGUMENT', message, { cause })
  }
}
