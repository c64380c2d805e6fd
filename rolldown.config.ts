/**
 * Bundles the actions into `actions/dist/`, one file each and what they share, and the pages for browsers into folders
 * beside them. The same sources give the same bytes.
 */
import { readFileSync } from 'node:fs';
import { defineConfig, type OutputChunk, type Plugin } from 'rolldown';
import { minifySync } from 'rolldown/utils';

/**
 * Modules that stand for a whole library of others' making, which an action loads only if a key asks for it: decision
 * 10. Nobody reads a megabyte of that here, so what is loaded through these modules alone is made small; its names of
 * classes stay, since errors are told apart by them.
 */
const LIBRARIES = /\/src\/(?:signers|client)\/(?:.*\/)?libraries\//;

const smallLibraries: Plugin = {
  name: 'small-libraries',
  // Not before: whatever is rendered is laid out again.
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
    const others = withoutLibraries(chunks);
    for (const chunk of chunks.filter(({ fileName }) => !others.has(fileName))) {
      const mangle = { keepNames: { function: false, class: true } };
      const compress = { keepNames: { function: false, class: true } };
      const options = { module: true, compress, mangle, codegen: { removeWhitespace: true } };
      chunk.code = minifySync(chunk.fileName, chunk.code, options).code;
    }
  },
};

/** The files that are loaded by a way that goes through none of the libraries. */
function withoutLibraries(chunks: readonly OutputChunk[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (fileName: string) => {
    const chunk = chunks.find((candidate) => candidate.fileName === fileName);
    if (!chunk || reached.has(fileName) || chunk.moduleIds.some((id) => LIBRARIES.test(id))) return;
    reached.add(fileName);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) visit(fileName);
  return reached;
}

export default defineConfig([
  {
    input: {
      'signing-event': 'src/actions/signing-event.ts',
      'online-sign': 'src/actions/online-sign.ts',
      'build-repository': 'src/actions/build-repository.ts',
      'verify-repository': 'src/actions/verify-repository.ts',
      'client-worker': 'src/client/worker.ts',
    },
    platform: 'node',
    // minipass-fetch, by which Sigstore's services are asked, does without where it is absent: they answer in UTF-8.
    external: ['iconv-lite'],
    // Comments name the files by their paths as they are given, wherever a link leads.
    resolve: { symlinks: false },
    // Their modules only define things: without this, an HTTP client of 700 kB that no action uses is loaded at every
    // start (@actions/core has it for identity tokens, @actions/github for proxies).
    treeshake: {
      moduleSideEffects: [{ test: /node_modules\/(?:@actions|undici|tunnel)\//, sideEffects: false }],
    },
    plugins: [smallLibraries],
    output: {
      dir: 'actions/dist',
      format: 'esm',
      cleanDir: true,
      entryFileNames: '[name].js',
      chunkFileNames: 'shared-[name].js',
      minify: 'dce-only',
    },
  },
  {
    input: { app: 'src/web/sign/app.ts' },
    platform: 'browser',
    resolve: { symlinks: false },
    plugins: [asTheyAre('src/web/sign', ['index.html', 'style.css'])],
    output: {
      dir: 'actions/dist/sign-page',
      format: 'esm',
      entryFileNames: '[name].js',
      codeSplitting: false,
      // A page is downloaded at every visit.
      minify: true,
    },
  },
]);

/** Puts files beside the bundle as they are. */
function asTheyAre(folder: string, names: readonly string[]): Plugin {
  return {
    name: 'as-they-are',
    generateBundle() {
      for (const fileName of names)
        this.emitFile({ type: 'asset', fileName, source: readFileSync(`${folder}/${fileName}`) });
    },
  };
}
