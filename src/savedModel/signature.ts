import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError, messageOf } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'

/** Next to card.json, whose bytes it signs: they hold the checksums of all other files. */
export const SIGNATURE_FILE = 'signature.json'

/** In front of what is signed, so that no signature of something else passes for one of a saved model. */
const CONTEXT = 'llimit saved model\n'

const signatureSchema = z.strictObject({
  format_version: z.literal(1),
  algorithm: z.literal('Ed25519'),
  /** SHA-256 of the public key in DER: which one to check with. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** Base64. */
  signature: z.string(),
})

/** Public keys by their SHA-256. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>

/**
 * @param files of public keys in PEM, one or more in each
 * @throws LLimitError INVALID_CONFIG, naming the file.
 */
export async function readTrustedKeys(files: readonly string[]): Promise<TrustedKeys> {
  const keys = new Map<string, KeyObject>()
  for (const file of files) {
    const blocks = (await readKeyFile(file)).match(/-----BEGIN PUBLIC KEY-----[^]*?-----END PUBLIC KEY-----/g)
    if (blocks === null) throw invalidKeys(file, 'no public key in PEM')
    for (const block of blocks) {
      const key = publicKey(file, block)
      keys.set(idOf(key), key)
    }
  }
  return keys
}

/**
 * Signs the card of a saved model.
 * @param key private, Ed25519
 * @returns what `key` names in the signature.
 */
export async function signCard(directory: string, card: Uint8Array, key: KeyObject): Promise<string> {
  const id = idOf(createPublicKey(key))
  const signature = sign(null, signedBytes(card), key).toString('base64')
  const contents: z.infer<typeof signatureSchema> = {
    format_version: 1,
    algorithm: 'Ed25519',
    key: id,
    signature,
  }
  await writeFile(path.join(directory, SIGNATURE_FILE), `${JSON.stringify(contents, undefined, 2)}\n`)
  return id
}

/** @throws LLimitError MODEL_BROKEN if the card is not signed by one of the keys as it stands. */
export async function verifyCard(directory: string, card: Uint8Array, trusted: TrustedKeys): Promise<void> {
  const origin = { name: SIGNATURE_FILE, code: 'MODEL_BROKEN' } as const
  const { key: id, signature } = await readJsonFile(
    path.join(directory, SIGNATURE_FILE),
    signatureSchema,
    origin,
  )
  const key = trusted.get(id)
  if (key === undefined) {
    throw broken(
      `${SIGNATURE_FILE}: expected a signature by a key of LLIMIT_TRUSTED_KEYS, got one by ${id.slice(0, 16)}…`,
    )
  }
  if (!verify(null, signedBytes(card), key, Buffer.from(signature, 'base64'))) {
    throw broken(
      `${SIGNATURE_FILE}: expected the signature of card.json as it stands, got that of another; sign it again`,
    )
  }
}

function signedBytes(card: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(CONTEXT), card])
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw invalidKeys(file, messageOf(cause), cause)
  }
}

function publicKey(file: string, pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
    throw invalidKeys(file, `one of type ${key.asymmetricKeyType ?? 'unknown'}`)
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    throw invalidKeys(file, messageOf(cause), cause)
  }
}

function invalidKeys(file: string, got: string, cause?: unknown): LLimitError {
  const message = `LLIMIT_TRUSTED_KEYS: expected Ed25519 public keys in ${file}, got ${got}`
  return new LLimitError('INVALID_CONFIG', message, { cause })
}

function broken(message: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', message)
}
