import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { parseCard } from '../src/savedModel/readCard.js'
import { repositoryRoot } from './repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

describe('the images', () => {
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
