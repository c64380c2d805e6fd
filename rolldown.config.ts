/**
 * Bundles the actions into `actions/dist/`, one file each and what they share, and the pages for browsers into folders
 * beside them. The same sources give the same bytes.
 */
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'rolldown';

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
    // Comments name the files by their paths as they are given, wherever a link leads.
    resolve: { symlinks: false },
    // Their modules only define things: without this, an HTTP client of 700 kB that no action uses is loaded at every
    // start (@actions/core has it for identity tokens, @actions/github for proxies).
    treeshake: {
      moduleSideEffects: [{ test: /node_modules\/(?:@actions|undici|tunnel)\//, sideEffects: false }],
    },
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
