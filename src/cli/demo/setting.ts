/** What is there before the first event: a repository made from the template, and people with clones and keys. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PEOPLE } from './data-folder.ts';
import { OWNER, REPOSITORY, type World } from './world.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export async function makeRepository({ playground: { host }, data }: World): Promise<void> {
  for (const person of PEOPLE) {
    host.createUser(person);
    await data.writeToken(person, host.createToken(person));
  }
  await host.createRepository(REPOSITORY, {
    description: 'A TUF repository to play with',
    from: { folder: PROJECT, commit: 'HEAD' },
  });
  for (const person of PEOPLE) if (person !== OWNER) host.setRole(REPOSITORY, person, 'write');
  host.enablePages(REPOSITORY);
  host.putEnvironment(REPOSITORY, 'online-signing', ['main']);
  host.putEnvironment(REPOSITORY, 'github-pages', ['main']);
}

export async function makePeople(world: World): Promise<void> {
  const { data, playground } = world;
  for (const person of PEOPLE) {
    const clone = data.clone(person);
    await world.git(data.directory, 'clone', '--quiet', await world.cloneUrl(person), clone);
    const settings = {
      'user.name': person,
      'user.email': `${person}@example.com`,
      'commit.gpgSign': 'false',
      'playground.login': `@${person}`,
      'playground.key': `file2:${join(data.keys, `${person}.pem`)}`,
    };
    for (const [name, value] of Object.entries(settings)) await world.git(clone, 'config', name, value);
    await world.run(person, 'key', 'generate', '--out', join(data.keys, `${person}.pem`));
  }
  const online = join(data.keys, 'online.pem');
  await world.run('alice', 'key', 'generate', '--no-passphrase', '--out', online);
  playground.host.setSecret(REPOSITORY, 'ONLINE_KEY', await readFile(online, 'utf8'), 'online-signing');
}
