import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { parseCard } from '../src/savedModel/readCard.js'
import { repositoryRoot } from './repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

/** Built from the Dockerfiles here. */
const OWN_IMAGE = 'llimit-api:cpu'

/** Images that a Dockerfile begins with, `ARG`s replaced by their values; no stage of it. */
function basesIn(dockerfile: string): string[] {
  const values = new Map(
    [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  return [...dockerfile.matchAll(/^FROM (?:--\S+ )*(\S+)/gm)].map(([, base = '']) =>
    base.replace(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? `no ARG ${name}`),
  )
}

describe('the images', () => {
  it('come from a registry by their digest', () => {
    const dockerfiles = readdirSync(repositoryRoot).filter((name) => name.startsWith('Dockerfile'))
    const manifests = readdirSync(path.join(repositoryRoot, 'deploy'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `deploy/${name}`)
    const used = [
      ...dockerfiles.flatMap((file) => basesIn(read(file))),
      ...manifests.flatMap((file) =>
        [...read(file).matchAll(/^[ -]*image: *(\S+)/gm)].map(([, image = '']) => image),
      ),
    ].filter((image) => image !== OWN_IMAGE)
    // Three stages of each Dockerfile; nginx and Redis.
    expect(used).to.have.length(3 * dockerfiles.length + 2)
    for (const image of used) expect(image).to.match(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
    // A name has one digest wherever it is used.
    const names = new Set(used.map((image) => image.split('@')[0]))
    expect(new Set(used).size).to.equal(names.size)
  })

  it('have the shipped saved models and no others of the folder', () => {
    const lines = read('.dockerignore').split('\n')
    expect(lines[0]).to.equal('*')
    const allowed = lines.filter((line) => line.startsWith('!saved_models')).map((line) => line.slice(1))
    for (const name of allowed) {
      expect(existsSync(path.join(repositoryRoot, name)), name).to.equal(true)
      expect(name, 'one by one').to.match(/^saved_models\/(\w+\.json|(dense_network|encoders)\/[\w@-]+)$/)
    }
    const models = allowed.filter((name) => name.startsWith('saved_models/dense_network/'))
    expect(models).to.include('saved_models/dense_network/default')
    const encoders = models.map((name) => parseCard(JSON.parse(read(`${name}/card.json`))).encoder.name)
    for (const encoder of encoders) expect(allowed).to.include(`saved_models/encoders/${encoder}`)
  })

  for (const file of ['Dockerfile.api', 'Dockerfile.api.cpu']) {
    const text = read(file)

    it(`${file} copies only what is there`, () => {
      const copied = [...text.matchAll(/^COPY (?!--from)(?:--\S+ )*(.*) \S+$/gm)].flatMap((match) =>
        (match[1] ?? '').split(' '),
      )
      expect(copied.length).to.be.greaterThan(10)
      for (const name of copied) expect(existsSync(path.join(repositoryRoot, name)), name).to.equal(true)
    })

    it(`${file} asks /ready, runs as a user without rights, and says what it is made of`, () => {
      const last = text.slice(text.lastIndexOf('\nFROM '))
      expect(last)
        .to.match(/^HEALTHCHECK [^]*'\/ready'/m)
        .and.to.match(/^USER node$/m)
      expect(last).to.match(/^COPY --from=packages \/app\/sbom\.cdx\.json /m)
      expect(text).to.match(/npm sbom --sbom-format cyclonedx/)
    })
  }
})
