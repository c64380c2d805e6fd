/** The search for an artifact: the order of roles, where it ends, and that tuf-js finds the same. */
import { Targets as TufjsTargets } from '@tufjs/models';
import fc from 'fast-check';
import { Updater } from 'tuf-js';
import { describe, expect, it } from 'vitest';
import type { DelegatedRole } from '../../src/tuf/delegations.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { findTarget } from '../../src/tuf/walk.ts';

type Edge = Pick<DelegatedRole, 'name' | 'terminating'> & { readonly paths: readonly string[] };

/** What each role lists and delegates. */
interface RoleInGraph {
  readonly lists: readonly string[];
  readonly edges: readonly Edge[];
}
type Graph = ReadonlyMap<string, RoleInGraph>;

/** The signed part of a role; its number stands as the length of what it lists, so that entries can be told apart. */
function signedPart(graph: Graph, name: string): Targets | undefined {
  const role = graph.get(name);
  if (!role) return undefined;
  const length = [...graph.keys()].indexOf(name) + 1;
  const entry = { length, hashes: { sha256: 'ab'.repeat(32) } };
  const roles = role.edges.map((edge) => ({ ...edge, keyids: [], threshold: 1 }));
  return {
    _type: 'targets',
    spec_version: '1.0.0',
    version: 1,
    expires: '2040-01-01T00:00:00Z',
    targets: Object.fromEntries(role.lists.map((path) => [path, entry])),
    delegations: { keys: {}, roles },
  };
}

const search = (graph: Graph, path: string) => findTarget(path, (role) => signedPart(graph, role));

interface Walker {
  preorderDepthFirstWalk(path: string): Promise<{ readonly length: number } | undefined>;
}

/** What tuf-js finds: its own walk, given the metadata instead of a server. */
async function tufjsFinds(
  graph: Graph,
  path: string,
): Promise<{ role: string | undefined; visited: string[] }> {
  const visited: string[] = [];
  const client = {
    config: { maxDelegations: 32 },
    loadTargets: async (role: string) => {
      visited.push(role);
      const signed = signedPart(graph, role);
      return {
        signed: TufjsTargets.fromJSON(signed as unknown as Parameters<typeof TufjsTargets.fromJSON>[0]),
      };
    },
  };
  const walk = (Updater.prototype as unknown as Walker).preorderDepthFirstWalk;
  const found = await walk.call(client as unknown as Walker, path);
  return { role: found && [...graph.keys()][found.length - 1], visited };
}

const to = (name: string, more: Partial<Edge> = {}): Edge => ({
  name,
  paths: ['*'],
  terminating: false,
  ...more,
});
const none: RoleInGraph = { lists: [], edges: [] };
const listing: RoleInGraph = { lists: ['a'], edges: [] };

describe('the search for an artifact', () => {
  it('ends in the first role that lists it: depth first, in the order of the delegations', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('x'), to('y')] }],
      ['x', { lists: [], edges: [to('z')] }],
      ['y', listing],
      ['z', listing],
    ]);
    expect(search(graph, 'a')).toMatchObject({
      visited: ['targets', 'x', 'z'],
      found: { role: 'z', file: { length: 4 } },
    });
    expect(search(graph, 'b')).toEqual({
      visited: ['targets', 'x', 'z', 'y'],
      found: undefined,
      end: 'exhausted',
    });
  });

  it('takes what top-level targets lists before any delegation', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: ['a'], edges: [to('x')] }],
      ['x', listing],
    ]);
    expect(search(graph, 'a')).toMatchObject({ visited: ['targets'], found: { role: 'targets' } });
  });

  it('passes by delegations that do not cover the path', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('x', { paths: ['b*'] }), to('y')] }],
      ['x', listing],
      ['y', listing],
    ]);
    expect(search(graph, 'a').found?.role).toBe('y');
  });

  it('asks nobody else after a terminating delegation, also not roles that waited before', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('x'), to('y')] }],
      ['x', { lists: [], edges: [to('z', { terminating: true }), to('y')] }],
      ['y', listing],
      ['z', none],
    ]);
    expect(search(graph, 'a')).toEqual({
      visited: ['targets', 'x', 'z'],
      found: undefined,
      end: 'terminated',
    });
  });

  it('is not ended by a terminating delegation for another path', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('x', { terminating: true, paths: ['b'] }), to('y')] }],
      ['x', none],
      ['y', listing],
    ]);
    expect(search(graph, 'a').found?.role).toBe('y');
  });

  it('visits no role twice, so circles end', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('x'), to('targets')] }],
      ['x', { lists: [], edges: [to('x'), to('y')] }],
      ['y', { lists: [], edges: [to('targets'), to('x')] }],
    ]);
    expect(search(graph, 'a')).toEqual({
      visited: ['targets', 'x', 'y'],
      found: undefined,
      end: 'exhausted',
    });
  });

  it('goes on past a role that has no file', () => {
    const graph = new Map<string, RoleInGraph>([
      ['targets', { lists: [], edges: [to('absent'), to('x')] }],
      ['x', listing],
    ]);
    expect(search(graph, 'a')).toMatchObject({ visited: ['targets', 'absent', 'x'], found: { role: 'x' } });
  });

  it('finds nothing under names that every JavaScript object has', () => {
    const graph = new Map<string, RoleInGraph>([['targets', none]]);
    for (const path of ['constructor', '__proto__', 'toString'])
      expect(search(graph, path).found).toBeUndefined();
  });

  it('gives up after 32 roles, where tuf-js visits one more', async () => {
    const chain = (length: number): Graph =>
      new Map(
        Array.from({ length }, (_, index) => [
          index === 0 ? 'targets' : `r${index}`,
          index === length - 1 ? listing : { lists: [], edges: [to(`r${index + 1}`)] },
        ]),
      );
    expect(search(chain(32), 'a').found?.role).toBe('r31');
    expect(search(chain(33), 'a')).toMatchObject({ found: undefined, end: 'too-many-roles' });
    expect((await tufjsFinds(chain(33), 'a')).role).toBe('r32');
    expect((await tufjsFinds(chain(34), 'a')).role).toBeUndefined();
  });

  it('finds what tuf-js finds, over the same roles, in whatever graph', async () => {
    const names = ['targets', 'u', 'v', 'w', 'x', 'y', 'z'];
    const paths = fc.subarray(['*', 'a', 'b*', 'd/*', '?'], { minLength: 1 });
    const edge = fc.record({ name: fc.constantFrom(...names), paths, terminating: fc.boolean() });
    const role = fc.record({
      lists: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray(['a', 'bb', 'd/e']) },
      ),
      // tuf-js reads no file that delegates to top-level targets, or twice to one role.
      edges: fc.uniqueArray(
        edge.filter(({ name }) => name !== 'targets'),
        { selector: ({ name }) => name, maxLength: 4 },
      ),
    });
    const graph = fc.tuple(...names.map((name) => role.map((made) => [name, made] as const)));
    let [found, deep] = [0, 0];
    await fc.assert(
      fc.asyncProperty(graph, fc.constantFrom('a', 'bb', 'd/e'), async (roles, path) => {
        const made: Graph = new Map(roles);
        const ours = search(made, path);
        const theirs = await tufjsFinds(made, path);
        expect({ role: ours.found?.role, visited: ours.visited }).toEqual(theirs);
        if (ours.found) found++;
        if (ours.visited.length > 3) deep++;
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(50);
    expect(deep).toBeGreaterThan(50);
  });
});
