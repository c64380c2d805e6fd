/**
 * A small published TUF repository on disk, made with `@tufjs/models` and `node:crypto` alone, so that tests of
 * clients do not depend on the project's own TUF code. Every role has one key, of Ed25519 unless told.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { Metadata, type MetadataKind, Signature } from '@tufjs/models';

/** JSON as `@tufjs/models` takes it. */
type Json = Parameters<typeof Metadata.fromJSON>[1];
type Kind = `${MetadataKind}`;

export interface SiteKey {
  readonly keyid: string;
  readonly privateKey: KeyObject;
  readonly json: Json;
}

/** An ML-DSA key pair, by which tuf-js verifies nothing. */
export function mlDsaSiteKey(set: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' = 'ml-dsa-44'): SiteKey {
  const { privateKey, publicKey } = generateKeyPairSync(set as 'ml-dsa-44');
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const json: Json = { keytype: 'ml-dsa', scheme: `${set}/1`, keyval: { public: pem } };
  return { keyid: randomBytes(32).toString('hex'), privateKey, json };
}

/** A key pair with a key id of its own. */
export function siteKey(): SiteKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const json: Json = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hex } };
  return { keyid: randomBytes(32).toString('hex'), privateKey, json };
}

/** A delegated role: its delegation by `delegator`, and what it lists. */
export interface SiteRole {
  readonly name: string;
  readonly delegator: string;
  /** Path patterns of the delegation; the bins of a hashed-bin delegation have none. */
  readonly paths: readonly string[];
  readonly terminating: boolean;
  readonly key: SiteKey;
  version: number;
  expires: string;
  /** Content by path. */
  readonly artifacts: Map<string, string | Uint8Array>;
}

const FAR = '2040-01-01T00:00:00Z';

export class Site {
  readonly dir: string;
  readonly keys = { root: siteKey(), targets: siteKey(), snapshot: siteKey(), timestamp: siteKey() };
  readonly versions = { root: 0, targets: 0, snapshot: 0, timestamp: 0 };
  readonly expires = { root: FAR, targets: FAR, snapshot: FAR, timestamp: FAR };
  readonly artifacts = new Map<string, string | Uint8Array>();
  readonly roles: SiteRole[] = [];
  /** Turns the delegations of the top-level targets into hashed bins of this prefix; `roles` then holds the bins. */
  bins: { readonly prefix: string; readonly bitLength: number; readonly key: SiteKey } | undefined;
  /** Role names that the snapshot leaves out. */
  readonly unlisted = new Set<string>();

  /** @param dir gets `metadata/` and `targets/` */
  constructor(dir: string) {
    this.dir = dir;
    this.publishRoot();
  }

  delegate(role: Partial<SiteRole> & Pick<SiteRole, 'name'>): SiteRole {
    const full: SiteRole = {
      delegator: 'targets',
      paths: [`${role.name}/*`],
      terminating: true,
      key: siteKey(),
      version: 0,
      expires: FAR,
      artifacts: new Map(),
      ...role,
    };
    this.roles.push(full);
    return full;
  }

  /** Signs and writes the next root with the keys of the moment, and also with those it replaces. */
  publishRoot(replaced: readonly SiteKey[] = []): void {
    this.versions.root += 1;
    const roles = Object.fromEntries(
      Object.entries(this.keys).map(([role, { keyid }]) => [role, { keyids: [keyid], threshold: 1 }]),
    );
    const keys = Object.fromEntries(Object.values(this.keys).map(({ keyid, json }) => [keyid, json]));
    const signed = { consistent_snapshot: true, keys, roles };
    const signers = [this.keys.root, ...replaced];
    this.#write(
      `${this.versions.root}.root.json`,
      'root',
      this.versions.root,
      this.expires.root,
      signed,
      signers,
    );
  }

  /** Publishes a new version of every role but root, with the artifacts as they are. */
  publish(): this {
    this.versions.targets += 1;
    this.#publishTargets(
      'targets',
      this.versions.targets,
      this.expires.targets,
      this.artifacts,
      this.keys.targets,
    );
    for (const role of this.roles) {
      role.version += 1;
      this.#publishTargets(role.name, role.version, role.expires, role.artifacts, role.key);
    }
    this.publishSnapshot();
    this.publishTimestamp();
    return this;
  }

  publishSnapshot(): void {
    this.versions.snapshot += 1;
    const all = [{ name: 'targets', version: this.versions.targets }, ...this.roles];
    const listed = all.filter(({ name }) => !this.unlisted.has(name));
    const meta = Object.fromEntries(listed.map(({ name, version }) => [`${name}.json`, { version }]));
    const { versions, expires, keys } = this;
    this.#write(
      `${versions.snapshot}.snapshot.json`,
      'snapshot',
      versions.snapshot,
      expires.snapshot,
      { meta },
      [keys.snapshot],
    );
  }

  publishTimestamp(): void {
    this.versions.timestamp += 1;
    const { versions, expires, keys } = this;
    const meta = { 'snapshot.json': { version: versions.snapshot } };
    this.#write('timestamp.json', 'timestamp', versions.timestamp, expires.timestamp, { meta }, [
      keys.timestamp,
    ]);
  }

  /** The published place of an artifact: `targets/<dir>/<sha256>.<name>`. */
  artifactFile(path: string, content = this.#contentOf(path)): string {
    const cut = path.lastIndexOf('/') + 1;
    const name = `${sha256(content)}.${path.slice(cut)}`;
    return join(this.dir, 'targets', path.slice(0, cut), name);
  }

  metadataFile(name: string): string {
    return join(this.dir, 'metadata', name);
  }

  #contentOf(path: string): string | Uint8Array {
    const lists = [this.artifacts, ...this.roles.map(({ artifacts }) => artifacts)];
    return lists.find((list) => list.has(path))?.get(path) ?? '';
  }

  #publishTargets(
    name: string,
    version: number,
    expires: string,
    artifacts: Map<string, string | Uint8Array>,
    key: SiteKey,
  ): void {
    const entries = [...artifacts].map(([path, content]) => {
      write(this.artifactFile(path, content), content);
      return [path, { length: Buffer.from(content).length, hashes: { sha256: sha256(content) } }];
    });
    const signed = { targets: Object.fromEntries(entries), ...this.#delegationsOf(name) };
    this.#write(`${version}.${name}.json`, 'targets', version, expires, signed, [key]);
  }

  #delegationsOf(delegator: string): Json {
    if (delegator === 'targets' && this.bins) {
      const { key, prefix, bitLength } = this.bins;
      const succinct = { keyids: [key.keyid], threshold: 1, bit_length: bitLength, name_prefix: prefix };
      return { delegations: { keys: { [key.keyid]: key.json }, succinct_roles: succinct } };
    }
    const children = this.roles.filter((role) => role.delegator === delegator);
    if (children.length === 0) return {};
    const keys = Object.fromEntries(children.map(({ key }) => [key.keyid, key.json]));
    const roles = children.map(({ name, paths, terminating, key }) => ({
      name,
      paths: [...paths],
      terminating,
      keyids: [key.keyid],
      threshold: 1,
    }));
    return { delegations: { keys, roles } };
  }

  #write(file: string, kind: Kind, version: number, expires: string, fields: Json, keys: readonly SiteKey[]) {
    const signed = { _type: kind, spec_version: '1.0.0', version, expires, ...fields };
    write(this.metadataFile(file), JSON.stringify(signMetadata(kind, signed, keys), null, 1));
  }
}

/** Signs with OLPC canonical JSON, as `@tufjs/models` computes it. */
function signMetadata(kind: Kind, signed: Json, keys: readonly SiteKey[]): Json {
  // One signature of the parameter for each kind: at run time they are one function.
  const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed, signatures: [] });
  for (const { keyid, privateKey } of keys) {
    metadata.sign(
      (bytes) =>
        new Signature({
          keyID: keyid,
          sig: sign(null, messageFor(privateKey, bytes), privateKey).toString('hex'),
        }),
    );
  }
  return metadata.toJSON();
}

/** ML-DSA signs a prefix and a hash (TAP 21). */
function messageFor({ asymmetricKeyType }: KeyObject, bytes: Buffer): Buffer {
  if (!asymmetricKeyType?.startsWith('ml-dsa')) return bytes;
  return Buffer.concat([Buffer.from('tuf\x01'), createHash('sha512').update(bytes).digest()]);
}

/** Changes the first byte of a file. */
export function changeOneByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

export interface ServedSite {
  readonly url: string;
  /** Paths of the requests so far. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Serves a directory over HTTP on this machine. `intercept` may answer a request itself, by returning true. */
export async function serveSite(
  dir: string,
  intercept: (path: string, response: ServerResponse) => boolean = () => false,
): Promise<ServedSite> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    if (intercept(path, response)) return;
    try {
      response.end(readFileSync(join(dir, decodeURIComponent(path))));
    } catch {
      response.writeHead(404).end('<h1>There is nothing here</h1>');
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}/`, requests, close };
}
